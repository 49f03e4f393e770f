/**
 * What random programs are made of: for each operation the inputs that are worth trying, and the operations that make
 * what it needs.
 *
 * Names come from few, so that steps meet each other. Nothing in here sends a message to anybody, or needs a code that
 * only a message holds, so that the programs run against the service itself.
 */
import * as fc from "fast-check"
import * as operations from "../../operations/index.ts"
import type { AnyOperation } from "../../Operation.ts"
import type { Json, Step } from "./Program.ts"

/** An operation in random programs. */
export interface Word {
  readonly operation: AnyOperation
  readonly input: fc.Arbitrary<{ readonly [member: string]: Json }>
  readonly saves?: (input: { readonly [member: string]: Json }) => NonNullable<Step["saves"]>
  /** AWS's names of the operations that make what this one needs. */
  readonly after: ReadonlyArray<string>
}

const pool = fc.constant("{pool}")
const client = fc.constant("{client}")
const username = fc.constantFrom("anna", "bert")
const anyone = fc.constantFrom("anna", "bert", "anna", "nobody")
const password = fc.constantFrom("Correct-Horse-1", "Battery-Staple-2")
const anyPassword = fc.oneof({ weight: 5, arbitrary: password }, { weight: 1, arbitrary: fc.constant("weak") })
const group = fc.constantFrom("staff", "guests")
const token = username.map((name) => `{token ${name}}`)
const refreshToken = username.map((name) => `{refresh ${name}}`)
const attribute = fc.constantFrom(
  { Name: "email", Value: "anna@example.com" },
  { Name: "name", Value: "Anna" },
  { Name: "name", Value: "Bert \"the quoted\"" },
  { Name: "nickname", Value: "a" },
  { Name: "custom:unknown", Value: "x" }
)
const attributes = fc.uniqueArray(attribute, { minLength: 1, maxLength: 3, selector: ({ Name }) => Name })
const limit = fc.constantFrom(1, 2, 60)

const users = ["AdminCreateUser", "AdminSetUserPassword"]
const signedIn = [...users, "InitiateAuth", "AdminInitiateAuth"]

type Members = { readonly [member: string]: fc.Arbitrary<Json> }

/** Members that are always there, and those that may be absent. */
const input = (required: Members, optional: Members = {}): Word["input"] =>
  fc.record({ ...required, ...optional }, { requiredKeys: Object.keys(required), noNullPrototype: true })

const word = (
  operation: { readonly spec: { readonly name: string } },
  given: Word["input"],
  after: ReadonlyArray<string> = [],
  saves?: Word["saves"]
): Word => ({
  // It is called with what was read by its own schema.
  operation: operation as AnyOperation,
  input: given,
  after,
  ...(saves === undefined ? {} : { saves })
})

const named = (after = users) => [input({ UserPoolId: pool, Username: anyone }), after] as const
const holding = () => [input({ AccessToken: token }), signedIn] as const

const userWords: ReadonlyArray<Word> = [
  word(
    operations.adminCreateUser,
    input({ UserPoolId: pool, Username: username, MessageAction: fc.constant("SUPPRESS") }, {
      TemporaryPassword: anyPassword,
      UserAttributes: attributes
    })
  ),
  word(operations.adminGetUser, ...named()),
  word(operations.adminDeleteUser, ...named()),
  word(operations.adminEnableUser, ...named(["AdminCreateUser", "AdminDisableUser"])),
  word(operations.adminDisableUser, ...named()),
  word(
    operations.adminUpdateUserAttributes,
    input({ UserPoolId: pool, Username: anyone, UserAttributes: attributes }),
    users
  ),
  word(
    operations.adminDeleteUserAttributes,
    input({
      UserPoolId: pool,
      Username: anyone,
      UserAttributeNames: fc.constantFrom(["name"], ["nickname", "name"], ["custom:unknown"])
    }),
    [...users, "AdminUpdateUserAttributes"]
  ),
  word(
    operations.listUsers,
    input({ UserPoolId: pool }, {
      Limit: limit,
      AttributesToGet: fc.constantFrom(["sub"], ["name"], ["custom:unknown"]),
      Filter: fc.constantFrom(
        "username = \"anna\"",
        "name ^= \"An\"",
        "name = \"Bert \\\"the quoted\\\"\"",
        "status = \"Enabled\"",
        "cognito:user_status = \"CONFIRMED\"",
        "nickname = \"a\"",
        "what"
      )
    }),
    [...users, "AdminDisableUser"]
  ),
  word(operations.getUser, ...holding()),
  word(operations.updateUserAttributes, input({ AccessToken: token, UserAttributes: attributes }), signedIn),
  word(
    operations.deleteUserAttributes,
    input({ AccessToken: token, UserAttributeNames: fc.constantFrom(["name"], ["nickname"]) }),
    [...signedIn, "UpdateUserAttributes"]
  ),
  word(operations.deleteUser, ...holding())
]

const passwordWords: ReadonlyArray<Word> = [
  word(
    operations.adminSetUserPassword,
    input({ UserPoolId: pool, Username: anyone, Password: anyPassword }, { Permanent: fc.boolean() }),
    ["AdminCreateUser"]
  ),
  word(
    operations.changePassword,
    input({ AccessToken: token, PreviousPassword: password, ProposedPassword: anyPassword }),
    signedIn
  )
]

const signUpWords: ReadonlyArray<Word> = [
  word(
    operations.signUp,
    input({ ClientId: client, Username: username, Password: anyPassword }, { UserAttributes: attributes })
  ),
  word(operations.adminConfirmSignUp, ...named(["SignUp", "AdminCreateUser"])),
  word(
    operations.confirmSignUp,
    input({ ClientId: client, Username: anyone, ConfirmationCode: fc.constant("000000") }),
    ["SignUp", "AdminConfirmSignUp"]
  )
]

/** The user whose tokens an input asks for. */
const savesTokens: Word["saves"] = ({ AuthParameters }) => {
  const name = String(Object(AuthParameters).USERNAME)
  return {
    [`token ${name}`]: "AuthenticationResult.AccessToken",
    [`refresh ${name}`]: "AuthenticationResult.RefreshToken",
    [`session ${name}`]: "Session"
  }
}

const credentials = fc.record({ USERNAME: anyone, PASSWORD: password }, { noNullPrototype: true })

const authWords: ReadonlyArray<Word> = [
  word(
    operations.initiateAuth,
    fc.oneof(
      {
        weight: 4,
        arbitrary: input({ ClientId: client, AuthFlow: fc.constant("USER_PASSWORD_AUTH"), AuthParameters: credentials })
      },
      {
        weight: 1,
        arbitrary: input({
          ClientId: client,
          AuthFlow: fc.constant("REFRESH_TOKEN_AUTH"),
          AuthParameters: fc.record({ REFRESH_TOKEN: refreshToken }, { noNullPrototype: true })
        })
      }
    ),
    signedIn,
    savesTokens
  ),
  word(
    operations.adminInitiateAuth,
    input({
      UserPoolId: pool,
      ClientId: client,
      AuthFlow: fc.constant("ADMIN_USER_PASSWORD_AUTH"),
      AuthParameters: credentials
    }),
    signedIn,
    savesTokens
  ),
  word(
    operations.respondToAuthChallenge,
    fc.tuple(username, anyPassword).map(([name, NEW_PASSWORD]) => ({
      ClientId: "{client}",
      ChallengeName: "NEW_PASSWORD_REQUIRED",
      Session: `{session ${name}}`,
      ChallengeResponses: { USERNAME: name, NEW_PASSWORD }
    })),
    ["AdminCreateUser", "InitiateAuth"]
  ),
  word(operations.globalSignOut, ...holding()),
  word(operations.adminUserGlobalSignOut, ...named(signedIn)),
  word(operations.revokeToken, input({ ClientId: client, Token: refreshToken }), signedIn),
  word(operations.getTokensFromRefreshToken, input({ ClientId: client, RefreshToken: refreshToken }), [
    ...signedIn,
    "RevokeToken"
  ]),
  word(operations.getUserAuthFactors, ...holding()),
  word(operations.adminGetUserAuthFactors, ...named(signedIn))
]

const mfaWords: ReadonlyArray<Word> = [
  word(operations.associateSoftwareToken, ...holding()),
  word(operations.verifySoftwareToken, input({ AccessToken: token, UserCode: fc.constant("000000") }), [
    ...signedIn,
    "AssociateSoftwareToken"
  ]),
  word(
    operations.setUserMFAPreference,
    input({
      AccessToken: token,
      SoftwareTokenMfaSettings: fc.record({ Enabled: fc.boolean() }, { noNullPrototype: true })
    }),
    signedIn
  ),
  word(operations.getUserPoolMfaConfig, input({ UserPoolId: pool }), ["SetUserPoolMfaConfig"]),
  word(
    operations.setUserPoolMfaConfig,
    input({ UserPoolId: pool }, {
      MfaConfiguration: fc.constantFrom("OFF", "OPTIONAL"),
      SoftwareTokenMfaConfiguration: fc.record({ Enabled: fc.boolean() }, { noNullPrototype: true })
    })
  )
]

const groupWords: ReadonlyArray<Word> = [
  word(
    operations.createGroup,
    input({ UserPoolId: pool, GroupName: group }, {
      Description: fc.constant("people"),
      Precedence: fc.integer({ min: 0, max: 9 })
    })
  ),
  ...[operations.getGroup, operations.deleteGroup].map((operation) =>
    word(operation, input({ UserPoolId: pool, GroupName: group }), ["CreateGroup"])
  ),
  word(
    operations.updateGroup,
    input({ UserPoolId: pool, GroupName: group }, { Description: fc.constantFrom("other", "people") }),
    ["CreateGroup"]
  ),
  word(operations.listGroups, input({ UserPoolId: pool }, { Limit: limit }), ["CreateGroup", "DeleteGroup"]),
  word(operations.listUsersInGroup, input({ UserPoolId: pool, GroupName: group }), [
    "CreateGroup",
    "AdminCreateUser",
    "AdminAddUserToGroup"
  ]),
  ...[operations.adminAddUserToGroup, operations.adminRemoveUserFromGroup].map((operation) =>
    word(operation, input({ UserPoolId: pool, GroupName: group, Username: anyone }), [
      "CreateGroup",
      "AdminCreateUser",
      "AdminAddUserToGroup"
    ])
  ),
  word(operations.adminListGroupsForUser, input({ UserPoolId: pool, Username: anyone }), [
    "CreateGroup",
    "AdminCreateUser",
    "AdminAddUserToGroup"
  ])
]

const clientOrNone = fc.constantFrom("{client}", "{other client}")

const clientWords: ReadonlyArray<Word> = [
  word(
    operations.createUserPoolClient,
    input({ UserPoolId: pool, ClientName: fc.constant("other") }, {
      GenerateSecret: fc.boolean(),
      RefreshTokenValidity: fc.constantFrom(1, 30),
      ExplicitAuthFlows: fc.constantFrom(["ALLOW_USER_SRP_AUTH"], ["ALLOW_USER_SRP_AUTH", "USER_PASSWORD_AUTH"])
    }),
    [],
    () => ({ "other client": "UserPoolClient.ClientId" })
  ),
  word(operations.describeUserPoolClient, input({ UserPoolId: pool, ClientId: clientOrNone }), [
    "CreateUserPoolClient"
  ]),
  word(
    operations.updateUserPoolClient,
    input({ UserPoolId: pool, ClientId: fc.constant("{other client}") }, {
      ClientName: fc.constant("renamed"),
      RefreshTokenValidity: fc.constantFrom(1, 7)
    }),
    ["CreateUserPoolClient"]
  ),
  word(operations.deleteUserPoolClient, input({ UserPoolId: pool, ClientId: fc.constant("{other client}") }), [
    "CreateUserPoolClient"
  ]),
  word(operations.listUserPoolClients, input({ UserPoolId: pool, MaxResults: limit }), ["CreateUserPoolClient"])
]

const poolWords: ReadonlyArray<Word> = [
  word(operations.describeUserPool, input({ UserPoolId: pool }), ["AdminCreateUser", "UpdateUserPool"]),
  word(
    operations.updateUserPool,
    input({ UserPoolId: pool }, {
      DeletionProtection: fc.constant("INACTIVE"),
      EmailVerificationSubject: fc.constant("Hello"),
      UserPoolTags: fc.constant({ team: "a" })
    })
  ),
  word(
    operations.addCustomAttributes,
    input({
      UserPoolId: pool,
      CustomAttributes: fc.constantFrom(
        [{ Name: "level", AttributeDataType: "Number" }],
        [{ Name: "team", AttributeDataType: "String", Mutable: true }]
      )
    }),
    ["AddCustomAttributes"]
  ),
  word(operations.getCSVHeader, input({ UserPoolId: pool })),
  word(operations.listUserImportJobs, input({ UserPoolId: pool, MaxResults: limit })),
  word(operations.tagResource, input({ ResourceArn: fc.constant("{arn}"), Tags: fc.constant({ stage: "test" }) })),
  word(
    operations.untagResource,
    input({ ResourceArn: fc.constant("{arn}"), TagKeys: fc.constantFrom(["stage"], ["other"]) }),
    [
      "TagResource"
    ]
  ),
  word(operations.listTagsForResource, input({ ResourceArn: fc.constant("{arn}") }), ["TagResource", "UntagResource"])
]

const provider = fc.constantFrom("Acme", "Other")
const oidc = {
  client_id: "id",
  client_secret: "secret",
  attributes_request_method: "GET",
  authorize_scopes: "openid",
  oidc_issuer: "https://login.example.com",
  authorize_url: "https://login.example.com/authorize",
  token_url: "https://login.example.com/token",
  attributes_url: "https://login.example.com/userinfo",
  jwks_uri: "https://login.example.com/keys"
}
const identifier = fc.constantFrom("https://api.example.com", "orders")

const federationWords: ReadonlyArray<Word> = [
  word(
    operations.createIdentityProvider,
    input({
      UserPoolId: pool,
      ProviderName: provider,
      ProviderType: fc.constant("OIDC"),
      ProviderDetails: fc.constant(oidc)
    }, { IdpIdentifiers: fc.constant(["acme.example.com"]) })
  ),
  ...[operations.describeIdentityProvider, operations.deleteIdentityProvider].map((operation) =>
    word(operation, input({ UserPoolId: pool, ProviderName: provider }), ["CreateIdentityProvider"])
  ),
  word(
    operations.getIdentityProviderByIdentifier,
    input({ UserPoolId: pool, IdpIdentifier: fc.constant("acme.example.com") }),
    ["CreateIdentityProvider"]
  ),
  word(
    operations.updateIdentityProvider,
    input({ UserPoolId: pool, ProviderName: provider }, { AttributeMapping: fc.constant({ email: "mail" }) }),
    ["CreateIdentityProvider"]
  ),
  word(operations.listIdentityProviders, input({ UserPoolId: pool }, { MaxResults: fc.constantFrom(1, 60) }), [
    "CreateIdentityProvider",
    "DeleteIdentityProvider"
  ]),
  ...[operations.createResourceServer, operations.updateResourceServer].map((operation) =>
    word(
      operation,
      input({ UserPoolId: pool, Identifier: identifier, Name: fc.constantFrom("API", "Orders") }, {
        Scopes: fc.constant([{ ScopeName: "read", ScopeDescription: "to read" }])
      }),
      ["CreateResourceServer"]
    )
  ),
  ...[operations.describeResourceServer, operations.deleteResourceServer].map((operation) =>
    word(operation, input({ UserPoolId: pool, Identifier: identifier }), ["CreateResourceServer"])
  ),
  word(operations.listResourceServers, input({ UserPoolId: pool }, { MaxResults: fc.constantFrom(1, 50) }), [
    "CreateResourceServer"
  ])
]

const otherWords: ReadonlyArray<Word> = [
  word(operations.describeUserPoolDomain, input({ Domain: fc.constant("nobody-has-this-domain") })),
  word(operations.getLogDeliveryConfiguration, input({ UserPoolId: pool })),
  word(operations.describeRiskConfiguration, input({ UserPoolId: pool })),
  word(operations.adminListUserAuthEvents, ...named()),
  word(operations.adminListDevices, ...named()),
  word(operations.listDevices, ...holding()),
  word(operations.getUICustomization, input({ UserPoolId: pool })),
  word(operations.listUserPoolReplicas, input({ UserPoolId: pool })),
  word(operations.listTerms, input({ UserPoolId: pool }))
]

/** All operations that random programs are made of. */
export const vocabulary: ReadonlyArray<Word> = [
  ...userWords,
  ...passwordWords,
  ...signUpWords,
  ...authWords,
  ...mfaWords,
  ...groupWords,
  ...clientWords,
  ...poolWords,
  ...federationWords,
  ...otherWords
]

/** A random step with an operation. */
export const stepOf = ({ input, operation, saves }: Word): fc.Arbitrary<Step> =>
  input.map((input) => ({ operation, input, ...(saves === undefined ? {} : { saves: saves(input) }) }))
