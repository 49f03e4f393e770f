/** Every list of the pool that takes a limit gives all of its records, page by page, each once and in one order. */
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { createUserPoolClient, listUserPoolClients } from "../../../src/operations/AppClients.ts"
import { initiateAuth } from "../../../src/operations/Auth.ts"
import { adminListDevices } from "../../../src/operations/Devices.ts"
import * as Groups from "../../../src/operations/Groups.ts"
import * as IdentityProviders from "../../../src/operations/IdentityProviders.ts"
import * as ResourceServers from "../../../src/operations/ResourceServers.ts"
import { createTerms, listTerms } from "../../../src/operations/Terms.ts"
import { adminListUserAuthEvents } from "../../../src/operations/ThreatProtection.ts"
import * as UserImport from "../../../src/operations/UserImport.ts"
import { createUserPool, listUserPools } from "../../../src/operations/UserPools.ts"
import { adminCreateUser, listUsers } from "../../../src/operations/Users.ts"
import type { Cognito } from "../../../src/Service.ts"
import type { Signer } from "../../../src/client/Signer.ts"
import * as UserPools from "../../../src/testing/pool/index.ts"

const UserPoolId = UserPools.defaultUserPoolId
const ClientId = UserPools.defaultClientId
const Username = "anna"
const GroupName = "staff"

type Run<A> = Effect.Effect<A, unknown, Cognito | Signer>

/** What makes a record, and all records in pages of one. */
interface Case {
  readonly make: (name: string) => Run<unknown>
  readonly list: Stream.Stream<object, unknown, Cognito | Signer>
  /** How many there are before any is made. Default: 0. */
  readonly before?: number
}

const signIn = () =>
  initiateAuth({
    ClientId,
    AuthFlow: "USER_PASSWORD_AUTH",
    AuthParameters: { USERNAME: Username, PASSWORD: "Correct-Horse-1" }
  })

const user = (name: string) => adminCreateUser({ UserPoolId, Username: name, MessageAction: "SUPPRESS" })

const one = { Limit: 1 } as const

const oidc = {
  client_id: "id",
  attributes_request_method: "GET",
  oidc_issuer: "https://login.example.com",
  authorize_scopes: "openid"
}

const cases: { readonly [operation: string]: Case } = {
  ListUsers: { make: user, list: listUsers.items({ UserPoolId, ...one }), before: 1 },
  ListUsersInGroup: {
    make: (name) => Effect.andThen(user(name), Groups.adminAddUserToGroup({ UserPoolId, GroupName, Username: name })),
    list: Groups.listUsersInGroup.items({ UserPoolId, GroupName, ...one }),
    before: 1
  },
  ListGroups: {
    make: (name) => Groups.createGroup({ UserPoolId, GroupName: name }),
    list: Groups.listGroups.items({ UserPoolId, ...one }),
    before: 1
  },
  AdminListGroupsForUser: {
    make: (name) =>
      Effect.andThen(
        Groups.createGroup({ UserPoolId, GroupName: name }),
        Groups.adminAddUserToGroup({ UserPoolId, GroupName: name, Username })
      ),
    list: Groups.adminListGroupsForUser.items({ UserPoolId, Username, ...one }),
    before: 1
  },
  ListUserPools: {
    make: (PoolName) => createUserPool({ PoolName }),
    list: listUserPools.items({ MaxResults: 1 }),
    before: 1
  },
  ListUserPoolClients: {
    make: (ClientName) => createUserPoolClient({ UserPoolId, ClientName }),
    list: listUserPoolClients.items({ UserPoolId, MaxResults: 1 }),
    before: 1
  },
  ListIdentityProviders: {
    make: (ProviderName) =>
      IdentityProviders.createIdentityProvider({
        UserPoolId,
        ProviderName,
        ProviderType: "OIDC",
        ProviderDetails: oidc
      }),
    list: IdentityProviders.listIdentityProviders.items({ UserPoolId, MaxResults: 1 })
  },
  ListResourceServers: {
    make: (Identifier) => ResourceServers.createResourceServer({ UserPoolId, Identifier, Name: Identifier }),
    list: ResourceServers.listResourceServers.items({ UserPoolId, MaxResults: 1 })
  },
  ListUserImportJobs: {
    make: (JobName) =>
      UserImport.createUserImportJob({
        UserPoolId,
        JobName,
        CloudWatchLogsRoleArn: "arn:aws:iam::123456789012:role/a"
      }),
    list: UserImport.listUserImportJobs.items({ UserPoolId, MaxResults: 1 })
  },
  ListTerms: {
    make: (ClientName) =>
      Effect.flatMap(createUserPoolClient({ UserPoolId, ClientName }), ({ UserPoolClient }) =>
        createTerms({
          UserPoolId,
          ClientId: UserPoolClient?.ClientId ?? "",
          TermsName: "terms-of-use",
          TermsSource: "LINK",
          Enforcement: "NONE"
        })),
    list: listTerms.items({ UserPoolId, MaxResults: 1 })
  },
  AdminListDevices: { make: signIn, list: adminListDevices.items({ UserPoolId, Username, ...one }) },
  AdminListUserAuthEvents: {
    make: signIn,
    list: adminListUserAuthEvents.items({ UserPoolId, Username, MaxResults: 1 })
  }
}

it.effect.each(Object.entries(cases))("%s", ([operation, { before = 0, list, make }]) =>
  Effect.gen(function*() {
    const pools = yield* UserPools.UserPools
    for (const name of ["one", "two", "three"]) yield* make(name)
    const asked = pools.requests.length
    const records = yield* Stream.runCollect(list)
    assert.strictEqual(records.length, before + 3)
    assert.strictEqual(new Set(records.map((record) => JSON.stringify(record))).size, records.length)
    const pages = pools.requests.slice(asked).map((request) => request.operation)
    assert.deepStrictEqual(pages, Array.from(records, () => operation))
    assert.deepStrictEqual(yield* Stream.runCollect(list), records)
  }).pipe(Effect.provide(UserPools.layer({
    users: [{ Username, Password: "Correct-Horse-1", Groups: [GroupName] }],
    pool: { DeviceConfiguration: {}, UserPoolAddOns: { AdvancedSecurityMode: "AUDIT" } }
  }))))
