/**
 * The public keys of user pools, and signatures verified by them: fetched once for all who wait, again where a token names
 * one that is not there, and then for a while not, so that made-up names of keys cost nobody anything.
 *
 * What a token claims is `Tokens.ts`'s. Signatures are verified by `aws-jwt-verify`.
 */
import { SimpleFetcher } from "aws-jwt-verify/https"
import { isJwks, type Jwk, type Jwks } from "aws-jwt-verify/jwk"
import { KeyObjectCache, verifyJwt } from "aws-jwt-verify/jwt-verifier"
import * as Clock from "effect/Clock"
import * as Deferred from "effect/Deferred"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { invalid, InvalidTokenError, KeysUnavailableError } from "./TokenError.ts"

/** A token whose form is right. */
export interface ParsedToken {
  readonly token: string
  /** The name of the key that it says it is signed with. */
  readonly kid: string
  readonly payload: { readonly [claim: string]: unknown }
}

/** How keys are fetched. */
export interface TokenKeysOptions {
  readonly fetchKeys: ((url: string) => Effect.Effect<unknown, unknown>) | undefined
  readonly timeout: Duration.Input
  /** How long after an unknown name of a key none are fetched. */
  readonly interval: Duration.Input
}

/** Verifies signatures. */
export interface TokenKeys {
  /** By the keys at an address, which are fetched where they have to be. */
  readonly verify: (
    token: ParsedToken,
    url: string
  ) => Effect.Effect<void, InvalidTokenError | KeysUnavailableError>
  /** By whichever key of that name is known; if none is, nothing is said. */
  readonly verifyByKnown: (token: ParsedToken) => Effect.Effect<void, InvalidTokenError>
}

/** The keys at one address. */
interface Place {
  keys: ReadonlyMap<string, Key> | undefined
  /** Until when none are fetched for unknown names, in milliseconds, and from when that is said. */
  quiet: { readonly from: number; readonly until: number }
  fetching: Deferred.Deferred<void, KeysUnavailableError> | undefined
}

/** A key, with its native form once it was made. */
interface Key {
  readonly jwk: Jwk & { readonly kid: string }
  readonly native: KeyObjectCache
}

/** Makes a cache of keys. */
export const make = ({ fetchKeys = fetchByHttps, interval, timeout }: TokenKeysOptions): Effect.Effect<TokenKeys> =>
  Effect.sync(() => {
    const places = new Map<string, Place>()
    const wait = Duration.toMillis(interval)

    const placeOf = (url: string): Place => {
      const place = places.get(url) ?? { keys: undefined, quiet: { from: 0, until: 0 }, fetching: undefined }
      places.set(url, place)
      return place
    }

    /** Fetches for all who wait; it goes on where one of them leaves. */
    const fetched = (url: string, place: Place): Effect.Effect<void, KeysUnavailableError> =>
      Effect.suspend(() => {
        if (place.fetching !== undefined) return Deferred.await(place.fetching)
        const fetching = Deferred.makeUnsafe<void, KeysUnavailableError>()
        place.fetching = fetching
        const answer = Effect.suspend(() => fetchKeys(url)).pipe(
          Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail("no answer in time") }),
          Effect.catchCause(() => Effect.fail(unavailable)),
          Effect.flatMap((json) => areKeys(json) ? Effect.succeed(usable(json.keys)) : Effect.fail(unavailable)),
          Effect.map((keys) => {
            place.keys = keys
          }),
          Effect.onExit((exit) => {
            place.fetching = undefined
            return Deferred.done(fetching, exit)
          })
        )
        return Effect.andThen(Effect.forkDetach(Effect.exit(answer)), Deferred.await(fetching))
      })

    const keyOf = (url: string, kid: string): Effect.Effect<Key, InvalidTokenError | KeysUnavailableError> =>
      Effect.gen(function*() {
        const place = placeOf(url)
        const known = place.keys?.get(kid)
        if (known !== undefined) return known
        const now = yield* Clock.currentTimeMillis
        // A clock put back ends the wait.
        const isQuiet = now >= place.quiet.from && now < place.quiet.until
        if (place.keys !== undefined && isQuiet) return yield* invalid("UnknownKey")
        const hadKeys = place.keys !== undefined
        const told = Effect.sync(() => {
          place.quiet = { from: now, until: now + wait }
        })
        yield* hadKeys ? Effect.tapError(fetched(url, place), () => told) : fetched(url, place)
        const found = place.keys?.get(kid)
        return found ?? (yield* Effect.andThen(told, invalid("UnknownKey")))
      })

    return {
      verify: (token, url) => Effect.flatMap(keyOf(url, token.kid), (key) => verified(token, key)),
      verifyByKnown: (token) =>
        Effect.forEach(
          [...places.values()].flatMap(({ keys }) => keys?.get(token.kid) ?? []),
          (key) => verified(token, key),
          { discard: true }
        )
    }
  })

/** It takes any value, which its type does not say. */
const areKeys = (json: unknown): json is Jwks => isJwks(json as Parameters<typeof isJwks>[0])

const unavailable = new KeysUnavailableError({ message: "the user pool's keys cannot be had" })

const fetchByHttps = (url: string): Effect.Effect<unknown, unknown> =>
  Effect.tryPromise(async () => JSON.parse(new TextDecoder().decode(await new SimpleFetcher().fetch(url))))

/** The keys that a pool signs with: RSA, for signatures. Others are as if they were not there. */
const usable = (keys: ReadonlyArray<Jwk>): ReadonlyMap<string, Key> => {
  const found = new Map<string, Key>()
  for (const { kid, ...jwk } of keys) {
    const isForSignatures = (jwk.use === undefined || jwk.use === "sig") &&
      (jwk.alg === undefined || jwk.alg === "RS256")
    if (kid === undefined || jwk.kty !== "RSA" || jwk.n === undefined || jwk.e === undefined || !isForSignatures) {
      continue
    }
    found.set(kid, { jwk: { ...jwk, kid }, native: new KeyObjectCache() })
  }
  return found
}

/** Checks the signature alone: what a token claims is checked in an order of its own. */
const verified = ({ token }: ParsedToken, { jwk, native }: Key): Effect.Effect<void, InvalidTokenError> =>
  Effect.tryPromise({
    try: async () => {
      const everything = { issuer: null, audience: null, graceSeconds: Infinity }
      await verifyJwt(token, "", everything, async () => jwk, native.transformJwkToKeyObjectAsync.bind(native))
    },
    catch: () => new InvalidTokenError({ reason: "Signature" })
  })
