/** The scenarios of all domains. */
import type { ScriptedScenarios } from "../../support/exchange.ts"
import type { Scenarios } from "../../support/scenario.ts"
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

/** What a domain's module holds: scenarios for cognito-local, for the scripted server, or both. */
export interface DomainScenarios {
  readonly live?: Scenarios
  readonly scripted?: ScriptedScenarios
}

export const domains: { readonly [domain: string]: DomainScenarios } = {
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
}
