/** Registers the scenarios of a domain as tests against cognito-local, over bare fetch. */
import { layer } from "@effect/vitest"
import * as Layer from "effect/Layer"
import { layerFetch } from "../../src/client/Transport.ts"
import { cognitoLocal } from "./cognitoLocal.ts"
import type { Scenarios } from "./scenario.ts"

/** A test each, against one server. */
export const testLive = (scenarios: Scenarios): void =>
  layer(Layer.provide(cognitoLocal, layerFetch), { excludeTestServices: true })("cognito-local", (it) => {
    for (const [name, scenario] of Object.entries(scenarios)) it.effect(name, () => scenario)
  })
