/**
 * The attributes of users: the schema of a pool, and what may be written into it.
 *
 * @see https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-settings-attributes.html
 */
import type { Plain } from "../../protocol/Plain.ts"
import type { AttributeType, SchemaAttributeType } from "../../schema/index.ts"
import { invalid, unauthorized } from "./Refusal.ts"
import type { Attributes, Client, Pool, User } from "./State.ts"

/** An attribute of a pool's schema. */
type SchemaAttribute = Plain<SchemaAttributeType>

/** A list of the API as attributes by name. */
export const fromList = (list: ReadonlyArray<Plain<AttributeType>> | undefined): Attributes =>
  Object.fromEntries((list ?? []).map(({ Name, Value }) => [Name, Value ?? ""]))

/** Attributes as a list of the API, `sub` first. */
export const toList = (
  { attributes, identities, sub }: Pick<User, "attributes" | "identities" | "sub">,
  names?: ReadonlyArray<string>
): Array<Plain<AttributeType>> => {
  const all = {
    sub,
    ...(identities.length === 0 ? {} : { identities: identitiesOf(identities) }),
    ...attributes
  }
  return Object.entries(all)
    .filter(([name]) => names === undefined || names.includes(name))
    .map(([Name, Value]) => ({ Name, Value }))
}

/** The attributes of a user as triggers get them, with the user's state. */
export const triggerAttributes = (user: User): Attributes => ({
  ...fromList(toList(user)),
  "cognito:user_status": user.status
})

/** The `identities` attribute: JSON of the users of providers that a user is linked with. */
export const identitiesOf = (identities: User["identities"]): string =>
  JSON.stringify(identities.map(({ created, provider, userId }) => ({
    userId,
    providerName: provider,
    providerType: provider,
    issuer: null,
    primary: false,
    dateCreated: created
  })))

/** How the attributes of a request are written: by a user with a client, or by an administrator. */
export interface Writing {
  readonly pool: Pool
  /** Absent: an administrator writes. */
  readonly client?: Client | undefined
  /** Absent: the user is new. */
  readonly user?: User | undefined
}

/** Checks what a request writes, and refuses it with the service's text. */
export const checkWritten = ({ client, pool, user }: Writing, written: Attributes): void => {
  const schema = new Map((pool.settings.SchemaAttributes ?? []).map((attribute) => [attribute.Name, attribute]))
  const misfits = Object.entries(written).flatMap(([name, value]) => {
    const problem = misfit(schema.get(name), name, value, user)
    return problem === undefined ? [] : [`${name}: ${problem}\n`]
  })
  if (misfits.length > 0) invalid(`Attributes did not conform to the schema: ${misfits.join("")}`)
  if (client !== undefined) checkPermission(client, Object.keys(written))
  checkFormats(written)
}

/** The names of the attributes that the schema requires and a user lacks. */
export const missingAttributes = ({ settings }: Pool, attributes: Attributes): ReadonlyArray<string> =>
  (settings.SchemaAttributes ?? []).flatMap(({ Name = "", Required }) =>
    Required === true && Name !== "sub" && attributes[Name] === undefined ? [Name] : []
  )

/** Refuses a new user without the attributes that the schema requires. */
export const checkRequired = (pool: Pool, attributes: Attributes): void => {
  const missing = missingAttributes(pool, attributes).map((name) => `${name}: The attribute is required\n`)
  if (missing.length > 0) invalid(`Attributes did not conform to the schema: ${missing.join("")}`)
}

const misfit = (
  attribute: SchemaAttribute | undefined,
  name: string,
  value: string,
  user: User | undefined
): string | undefined => {
  if (attribute === undefined || name === "sub") return "Attribute does not exist in the schema."
  if (attribute.Mutable === false && user?.attributes[name] !== undefined) return "Attribute cannot be updated."
  if (attribute.AttributeDataType === "Boolean" && !/^(true|false)$/i.test(value)) {
    return "Attribute value must be boolean."
  }
  if (attribute.AttributeDataType === "Number") return misfitNumber(attribute, value)
  const { MaxLength = "2048", MinLength = "0" } = attribute.StringAttributeConstraints ?? {}
  if (value.length > Number(MaxLength)) return `String must be no longer than ${MaxLength} characters`
  if (value !== "" && value.length < Number(MinLength)) return `String must be at least ${MinLength} characters`
  return undefined
}

const misfitNumber = (
  { NumberAttributeConstraints: { MaxValue, MinValue } = {} }: SchemaAttribute,
  value: string
): string | undefined => {
  if (!/^-?\d+(\.\d+)?$/.test(value)) return "Attribute value must be a number."
  if (MinValue !== undefined && Number(value) < Number(MinValue)) return `Number must be at least ${MinValue}`
  return MaxValue !== undefined && Number(value) > Number(MaxValue) ? `Number must be at most ${MaxValue}` : undefined
}

/** An app client writes what its `WriteAttributes` name; users never write that something is verified. */
const checkPermission = ({ settings: { WriteAttributes } }: Client, names: ReadonlyArray<string>): void => {
  const isFine = (name: string) =>
    !/_verified$|^dev:/.test(name) && (WriteAttributes === undefined || WriteAttributes.includes(name))
  if (!names.every(isFine)) unauthorized("A client attempted to write unauthorized attribute")
}

const checkFormats = ({ email, phone_number }: Attributes): void => {
  if (email !== undefined && email !== "" && !isEmail(email)) invalid("Invalid email address format.")
  if (phone_number !== undefined && phone_number !== "" && !isPhoneNumber(phone_number)) {
    invalid("Invalid phone number format.")
  }
}

/** Whether a text has the form of an e-mail address. */
export const isEmail = (text: string): boolean => /^[^\s@]+@[^\s@]+$/.test(text)

/** Whether a text has the form of a phone number, E.164. */
export const isPhoneNumber = (text: string): boolean => /^\+[1-9]\d{1,14}$/.test(text)

/** The attributes that a client may read. `ReadAttributes` that are absent let all be read. */
export const readable = ({ settings: { ReadAttributes } }: Client, attributes: Attributes): Attributes =>
  ReadAttributes === undefined
    ? attributes
    : Object.fromEntries(Object.entries(attributes).filter(([name]) => ReadAttributes.includes(name)))

/** The attributes that every pool has, with the constraints that the service gives them. */
export const standardAttributes: ReadonlyArray<SchemaAttribute> = [
  string("sub", { required: true, mutable: false, min: "1" }),
  ...[
    "name",
    "given_name",
    "family_name",
    "middle_name",
    "nickname",
    "preferred_username",
    "profile",
    "picture",
    "website"
  ]
    .map((name) => string(name)),
  string("email"),
  boolean("email_verified"),
  string("gender"),
  string("birthdate", { min: "10", max: "10" }),
  string("zoneinfo"),
  string("locale"),
  string("phone_number"),
  boolean("phone_number_verified"),
  string("address"),
  {
    Name: "updated_at",
    AttributeDataType: "Number",
    DeveloperOnlyAttribute: false,
    Mutable: true,
    Required: false,
    NumberAttributeConstraints: { MinValue: "0" }
  },
  { ...string("identities"), StringAttributeConstraints: {} }
]

function string(
  Name: string,
  { max = "2048", min = "0", mutable = true, required = false }: {
    readonly min?: string
    readonly max?: string
    readonly mutable?: boolean
    readonly required?: boolean
  } = {}
): SchemaAttribute {
  return {
    Name,
    AttributeDataType: "String",
    DeveloperOnlyAttribute: false,
    Mutable: mutable,
    Required: required,
    StringAttributeConstraints: { MinLength: min, MaxLength: max }
  }
}

function boolean(Name: string): SchemaAttribute {
  return { Name, AttributeDataType: "Boolean", DeveloperOnlyAttribute: false, Mutable: true, Required: false }
}

/** An attribute as it was asked for at the creation of a pool or later, with its full name. */
export const customAttribute = (asked: SchemaAttribute): SchemaAttribute => {
  const { AttributeDataType = "String", DeveloperOnlyAttribute = false, Mutable = true, Name = "", Required = false } =
    asked
  if (Required) invalid("Required custom attributes are not supported currently.")
  return {
    Name: `${DeveloperOnlyAttribute ? "dev:" : ""}custom:${Name}`,
    AttributeDataType,
    DeveloperOnlyAttribute,
    Mutable,
    Required,
    ...(AttributeDataType === "String"
      ? { StringAttributeConstraints: asked.StringAttributeConstraints ?? {} }
      : AttributeDataType === "Number"
      ? { NumberAttributeConstraints: asked.NumberAttributeConstraints ?? {} }
      : {})
  }
}
