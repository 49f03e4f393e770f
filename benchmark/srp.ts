/**
 * `npm run bench:srp`: what the proof of a password costs, its two steps together, beside two other libraries: CPU time,
 * in turns, medians.
 */
import { createSrpSession, signSrpSession } from "cognito-srp-helper"
import * as Redacted from "effect/Redacted"
import * as Result from "effect/Result"
import { randomBytes } from "node:crypto"
import { createRequire } from "node:module"
import * as Srp from "../src/auth/Srp.ts"
import { median } from "./table.ts"

const require = createRequire(import.meta.url)
const { default: BigInteger } = require("amazon-cognito-identity-js/lib/BigInteger.js")
const { default: AuthenticationHelper } = require("amazon-cognito-identity-js/lib/AuthenticationHelper.js")

const group = "aBcDeFgHi"
const name = "8f1c2d3e-0000-4000-8000-000000000000"
const password = "Correct-horse-1"
const server = {
  public: Srp.ephemeral(randomBytes(64)).public,
  salt: randomBytes(16).toString("hex"),
  secretBlock: randomBytes(1000).toString("base64")
}

const logins: { readonly [name: string]: () => unknown } = {
  "effect-cognito/auth": () => {
    const identity = { group, name, password: Redacted.make(password) }
    return Result.getOrThrow(Srp.signature(identity, Srp.ephemeral(randomBytes(32)), server, Srp.timestamp(new Date())))
  },
  "cognito-srp-helper": () =>
    signSrpSession(createSrpSession(name, password, `eu-central-1_${group}`, false), {
      ChallengeName: "PASSWORD_VERIFIER",
      ChallengeParameters: {
        SALT: server.salt,
        SRP_B: server.public,
        SECRET_BLOCK: server.secretBlock,
        USER_ID_FOR_SRP: name
      }
    }),
  "amazon-cognito-identity-js": () => {
    const helper = new AuthenticationHelper(group)
    helper.getLargeAValue(() => {
      const [theirs, salt] = [new BigInteger(server.public, 16), new BigInteger(server.salt, 16)]
      helper.getPasswordAuthenticationKey(name, password, theirs, salt, () => {})
    })
  }
}

const costs = Object.entries(logins).map(([name, login]) => ({ name, login, millis: new Array<number>() }))
for (let round = 0; round < 12; round++) {
  for (const { login, millis } of costs) {
    const before = process.cpuUsage()
    login()
    const { system, user } = process.cpuUsage(before)
    // The first rounds find nothing compiled.
    if (round >= 2) millis.push((user + system) / 1000)
  }
}
for (const { millis, name } of costs) console.log(`${name.padEnd(28)} ${median(millis).toFixed(1).padStart(7)} ms`)
