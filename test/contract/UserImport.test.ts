/** Importing users from CSV files, against the scripted server. */
import { testScripted } from "../support/scriptedTests.ts"
import { scripted } from "./scenarios/UserImport.ts"

testScripted(scripted)
