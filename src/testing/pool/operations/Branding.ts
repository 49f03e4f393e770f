/** The look of managed login and of the classic hosted pages. */
import * as operations from "../../../operations/Branding.ts"
import { type Handler, query, transition } from "../Handler.ts"
import { invalid, refuse } from "../Refusal.ts"
import { type Branding, clientOf, type Pool, poolOf, withPool } from "../State.ts"

const noBranding = (): never => refuse("ResourceNotFoundException", "Managed login branding does not exist.")

const brandingOf = (pool: Pool, id: string | undefined): Branding => pool.brandings.get(id ?? "") ?? noBranding()

/** Either the provided look, or one of one's own. */
const checkStyle = (input: {
  readonly UseCognitoProvidedValues?: boolean
  readonly Settings?: unknown
  readonly Assets?: unknown
}): void => {
  const hasOwn = input.Settings !== undefined || input.Assets !== undefined
  if (input.UseCognitoProvidedValues === true && hasOwn) {
    invalid("Settings and assets cannot be given together with UseCognitoProvidedValues.")
  }
}

export const createManagedLoginBranding: Handler = transition(
  operations.createManagedLoginBranding,
  (state, { ClientId, ...input }, { now, uuid }) => {
    const { pool } = clientOf(state, ClientId, input.UserPoolId)
    checkStyle(input)
    if (pool.brandings.values().some(({ clientId }) => clientId === ClientId)) {
      refuse("ManagedLoginBrandingExistsException", "Managed login branding already exists for the client.")
    }
    const style = {
      UseCognitoProvidedValues: false,
      ...input,
      ManagedLoginBrandingId: uuid(),
      CreationDate: new Date(now),
      LastModifiedDate: new Date(now)
    }
    const brandings = pool.brandings.set(style.ManagedLoginBrandingId, { clientId: ClientId, style })
    return [{ ManagedLoginBranding: style }, withPool(state, { ...pool, brandings })]
  }
)

export const describeManagedLoginBranding: Handler = query(
  operations.describeManagedLoginBranding,
  (state, { ManagedLoginBrandingId, UserPoolId }) => ({
    ManagedLoginBranding: brandingOf(poolOf(state, UserPoolId), ManagedLoginBrandingId).style
  })
)

export const describeManagedLoginBrandingByClient: Handler = query(
  operations.describeManagedLoginBrandingByClient,
  (state, { ClientId, UserPoolId }) => {
    const { pool } = clientOf(state, ClientId, UserPoolId)
    const found = pool.brandings.values().find(({ clientId }) => clientId === ClientId) ?? noBranding()
    return { ManagedLoginBranding: found.style }
  }
)

export const updateManagedLoginBranding: Handler = transition(
  operations.updateManagedLoginBranding,
  (state, input, { now }) => {
    const pool = poolOf(state, input.UserPoolId)
    const { clientId, style: known } = brandingOf(pool, input.ManagedLoginBrandingId)
    checkStyle(input)
    const { Assets: _, Settings: __, ...rest } = known
    const style = {
      ...(input.UseCognitoProvidedValues === true ? rest : known),
      ...input,
      LastModifiedDate: new Date(now)
    }
    const kept = { ...style, ManagedLoginBrandingId: known.ManagedLoginBrandingId }
    return [
      { ManagedLoginBranding: kept },
      withPool(state, {
        ...pool,
        brandings: pool.brandings.set(known.ManagedLoginBrandingId, { clientId, style: kept })
      })
    ]
  }
)

export const deleteManagedLoginBranding: Handler = transition(
  operations.deleteManagedLoginBranding,
  (state, { ManagedLoginBrandingId, UserPoolId }) => {
    const pool = poolOf(state, UserPoolId)
    brandingOf(pool, ManagedLoginBrandingId)
    return [undefined, withPool(state, { ...pool, brandings: pool.brandings.delete(ManagedLoginBrandingId) })]
  }
)

/** The look of a client is that of the pool where it has none of its own. */
export const getUICustomization: Handler = query(
  operations.getUICustomization,
  (state, { ClientId = "ALL", UserPoolId }) => {
    const pool = poolOf(state, UserPoolId)
    if (ClientId !== "ALL") clientOf(state, ClientId, UserPoolId)
    return { UICustomization: pool.uiCustomizations.get(ClientId) ?? pool.uiCustomizations.get("ALL") ?? {} }
  }
)

export const setUICustomization: Handler = transition(
  operations.setUICustomization,
  (state, input, { endpoint, now }) => {
    const { CSS, ClientId = "ALL", ImageFile, UserPoolId } = input
    const pool = poolOf(state, UserPoolId)
    if (ClientId !== "ALL") clientOf(state, ClientId, UserPoolId)
    if ((pool.settings.Domain ?? pool.settings.CustomDomain) === undefined) {
      invalid("There has to be an existing domain associated with this user pool")
    }
    const known = pool.uiCustomizations.get(ClientId)
    const customization = {
      UserPoolId,
      ClientId,
      ...(ImageFile === undefined
        ? known?.ImageUrl === undefined ? {} : { ImageUrl: known.ImageUrl }
        : { ImageUrl: `${endpoint}/${UserPoolId}/${ClientId}/image.jpg` }),
      ...(CSS === undefined ? {} : { CSS }),
      CSSVersion: new Date(now).toISOString().replaceAll(/\D/g, "").slice(0, 14),
      LastModifiedDate: new Date(now),
      CreationDate: known?.CreationDate ?? new Date(now)
    }
    return [
      { UICustomization: customization },
      withPool(state, { ...pool, uiCustomizations: pool.uiCustomizations.set(ClientId, customization) })
    ]
  }
)
