/** The handlers of all operations, by AWS's names. */
import type { Handler } from "../Handler.ts"
import * as AppClients from "./AppClients.ts"
import * as Auth from "./Auth.ts"
import * as Branding from "./Branding.ts"
import * as Devices from "./Devices.ts"
import * as Domains from "./Domains.ts"
import * as Groups from "./Groups.ts"
import * as IdentityProviders from "./IdentityProviders.ts"
import * as LogDelivery from "./LogDelivery.ts"
import * as Mfa from "./Mfa.ts"
import * as Passkeys from "./Passkeys.ts"
import * as Passwords from "./Passwords.ts"
import * as Quotas from "./Quotas.ts"
import * as Replicas from "./Replicas.ts"
import * as ResourceServers from "./ResourceServers.ts"
import * as Sessions from "./Sessions.ts"
import * as SignUp from "./SignUp.ts"
import * as Tags from "./Tags.ts"
import * as Terms from "./Terms.ts"
import * as ThreatProtection from "./ThreatProtection.ts"
import * as UserImport from "./UserImport.ts"
import * as UserPools from "./UserPools.ts"
import * as Users from "./Users.ts"

const domains = [
  AppClients,
  Auth,
  Branding,
  Devices,
  Domains,
  Groups,
  IdentityProviders,
  LogDelivery,
  Mfa,
  Passkeys,
  Passwords,
  Quotas,
  Replicas,
  ResourceServers,
  Sessions,
  SignUp,
  Tags,
  Terms,
  ThreatProtection,
  UserImport,
  UserPools,
  Users
]

/** What each operation does, by its name on the wire. */
export const handlers: ReadonlyMap<string, Handler> = new Map(
  domains.flatMap((domain) =>
    Object.values<unknown>(domain).filter(isHandler).map((handler) => [handler.operation.spec.name, handler] as const)
  )
)

/** Domains export what they share with each other beside their handlers. */
function isHandler(value: unknown): value is Handler {
  return typeof value === "object" && value !== null && "operation" in value && "run" in value
}
