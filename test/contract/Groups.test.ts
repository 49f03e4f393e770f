/** Groups and their members, against cognito-local. */
import { testLive } from "../support/liveTests.ts"
import { live } from "./scenarios/Groups.ts"

testLive(live)
