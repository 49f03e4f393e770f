/** The passkeys of users. */
import * as Effect from "effect/Effect"
import * as Base64Url from "effect/encoding/Base64Url"
import * as Result from "effect/Result"
import * as operations from "../../../operations/Passkeys.ts"
import { open, withUsed } from "../Challenges.ts"
import { putUser } from "../Directory.ts"
import { passkeyChallenge, relyingPartyOf, verificationOf } from "../FirstFactor.ts"
import { holderOf } from "../Grants.ts"
import { attempt, type Handler, leavingOut, program, query, transition } from "../Handler.ts"
import { pageOf } from "../Page.ts"
import { invalid, refuse } from "../Refusal.ts"
import type { Pool, RegisteredPasskey } from "../State.ts"
import { challengeOf, creationOptions, type PasskeyRefusal, verifyCreation } from "../WebAuthn.ts"

/** A user has no more passkeys than this. @see https://docs.aws.amazon.com/cognito/latest/developerguide/limits.html */
const most = 20

const checkEnabled = ({ settings }: Pool): void => {
  if (settings.Policies?.SignInPolicy?.AllowedFirstAuthFactors?.includes("WEB_AUTHN") !== true) {
    refuse("WebAuthnNotEnabledException", "WebAuthn is not enabled for the user pool.")
  }
}

export const startWebAuthnRegistration: Handler = transition(
  operations.startWebAuthnRegistration,
  (state, { AccessToken }, moment) => {
    const { client, pool, user } = holderOf(state, AccessToken, moment.now)
    checkEnabled(pool)
    const rpId = relyingPartyOf(pool)
    if (user.passkeys.length >= most) {
      refuse("LimitExceededException", "The user has as many passkeys as a user can have.")
    }
    const challenge = passkeyChallenge(moment.random)
    const options = creationOptions({
      rpId,
      rpName: pool.settings.Name ?? rpId,
      challenge,
      user: { id: Base64Url.encode(user.sub), name: user.name, displayName: user.name },
      exclude: user.passkeys.filter((passkey) => passkey.rpId === rpId),
      userVerification: verificationOf(pool)
    })
    const [, next] = open({ state, pool, user, client }, moment, {
      name: "PASSKEY_REGISTRATION",
      flow: "PASSKEY_REGISTRATION",
      proved: [],
      passkey: challenge
    })
    // A JSON value, as the API has it.
    return [{ CredentialCreationOptions: JSON.parse(JSON.stringify(options)) }, next]
  }
)

export const completeWebAuthnRegistration: Handler = program(
  operations.completeWebAuthnRegistration,
  (input, kernel) =>
    Effect.gen(function*() {
      const ceremony = yield* kernel.read((state, { now }) => {
        const { grant, pool, user } = holderOf(state, input.AccessToken, now)
        checkEnabled(pool)
        const asked = challengeOf(input.Credential)
        const challenge = user.challenges.find(({ name, passkey, used }) =>
          name === "PASSKEY_REGISTRATION" && passkey === asked && !used
        )
        if (challenge === undefined || now >= challenge.expires) {
          return refuse("WebAuthnChallengeNotFoundException", "Challenge not found.")
        }
        if (challenge.clientId !== grant.clientId) {
          refuse("WebAuthnClientMismatchException", "The registration was started by another client.")
        }
        return {
          rpId: relyingPartyOf(pool),
          challenge: challenge.passkey ?? "",
          userVerification: verificationOf(pool)
        }
      })
      const verified = yield* Effect.promise(() => verifyCreation(input.Credential, ceremony))
      if (Result.isFailure(verified)) return yield* attempt(() => refusePasskey(verified.failure))
      const passkey = verified.success
      return yield* kernel.modify((state, { now }) => {
        const { pool, user } = holderOf(state, input.AccessToken, now)
        const challenge = user.challenges.find((known) => known.passkey === ceremony.challenge)
          ?? refuse("WebAuthnChallengeNotFoundException", "Challenge not found.")
        if (user.passkeys.some(({ id }) => id === passkey.id)) {
          refuse("WebAuthnCredentialNotSupportedException", "The credential is registered already.")
        }
        const registered: RegisteredPasskey = { ...passkey, name: "Passkey", rpId: ceremony.rpId, created: now }
        return [{}, putUser(state, pool, { ...withUsed(user, challenge), passkeys: [...user.passkeys, registered] })]
      })
    })
)

/** @see https://docs.aws.amazon.com/cognito-user-identity-pools/latest/APIReference/API_CompleteWebAuthnRegistration.html */
const refusePasskey = (refusal: PasskeyRefusal): never => {
  switch (refusal) {
    case "challenge":
      return refuse("WebAuthnChallengeNotFoundException", "Challenge not found.")
    case "origin":
      return refuse("WebAuthnOriginNotAllowedException", "The origin is not allowed.")
    case "relyingParty":
      return refuse("WebAuthnRelyingPartyMismatchException", "The relying party is another one.")
    default:
      return refuse("WebAuthnCredentialNotSupportedException", "The credential is not supported.")
  }
}

/** The service leaves the transports out where the authenticator told none. */
export const listWebAuthnCredentials: Handler = leavingOut(
  ["Credentials", "AuthenticatorTransports"],
  query(operations.listWebAuthnCredentials, (state, { AccessToken, MaxResults, NextToken }, { now }) => {
    const { pool, user } = holderOf(state, AccessToken, now)
    const { records, token } = pageOf(user.passkeys, {
      list: `passkeys of ${pool.id} ${user.name}`,
      limit: MaxResults,
      token: NextToken
    })
    const described = ({ attachment, created, id, name, rpId, transports }: RegisteredPasskey) => ({
      CredentialId: id,
      FriendlyCredentialName: name,
      RelyingPartyId: rpId,
      AuthenticatorAttachment: attachment,
      AuthenticatorTransports: [...transports],
      CreatedAt: new Date(created)
    })
    return { Credentials: records.map(described), NextToken: token }
  })
)

export const deleteWebAuthnCredential: Handler = transition(
  operations.deleteWebAuthnCredential,
  (state, { AccessToken, CredentialId }, { now }) => {
    const { pool, user } = holderOf(state, AccessToken, now)
    if (!user.passkeys.some(({ id }) => id === CredentialId)) invalid("The credential does not exist.")
    return [{}, putUser(state, pool, { ...user, passkeys: user.passkeys.filter(({ id }) => id !== CredentialId) })]
  }
)
