/** External identity providers, against the scripted server. */
import { testScripted } from "../support/scriptedTests.ts"
import { scripted } from "./scenarios/IdentityProviders.ts"

testScripted(scripted)
