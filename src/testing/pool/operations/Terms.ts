/** Terms of use and privacy policies of app clients. */
import * as operations from "../../../operations/Terms.ts"
import { type Handler, query, transition } from "../Handler.ts"
import { page } from "../Page.ts"
import { refuse } from "../Refusal.ts"
import { clientOf, type Pool, poolOf, withPool } from "../State.ts"

const termsOf = (pool: Pool, id: string) =>
  pool.terms.get(id) ?? refuse("ResourceNotFoundException", "Terms do not exist.")

const checkFree = (pool: Pool, clientId: string, name: string, id?: string): void => {
  const taken = pool.terms.values().some(({ ClientId, TermsId, TermsName }) =>
    ClientId === clientId && TermsName === name && TermsId !== id
  )
  if (taken) refuse("TermsExistsException", "Terms with this name exist already for the client.")
}

export const createTerms: Handler = transition(operations.createTerms, (state, input, { now, uuid }) => {
  const { pool } = clientOf(state, input.ClientId, input.UserPoolId)
  checkFree(pool, input.ClientId, input.TermsName)
  const terms = { Links: {}, ...input, TermsId: uuid(), CreationDate: new Date(now), LastModifiedDate: new Date(now) }
  return [{ Terms: terms }, withPool(state, { ...pool, terms: pool.terms.set(terms.TermsId, terms) })]
})

export const describeTerms: Handler = query(operations.describeTerms, (state, { TermsId, UserPoolId }) => ({
  Terms: termsOf(poolOf(state, UserPoolId), TermsId)
}))

export const describeTermsByClient: Handler = query(operations.describeTermsByClient, (state, input) => {
  const { pool } = clientOf(state, input.ClientId, input.UserPoolId)
  const terms = pool.terms.values().find(({ ClientId, TermsName }) =>
    ClientId === input.ClientId && TermsName === input.TermsName
  )
  return { Terms: terms ?? refuse("ResourceNotFoundException", "Terms do not exist.") }
})

export const updateTerms: Handler = transition(operations.updateTerms, (state, input, { now }) => {
  const pool = poolOf(state, input.UserPoolId)
  const known = termsOf(pool, input.TermsId)
  if (input.TermsName !== undefined) checkFree(pool, known.ClientId, input.TermsName, known.TermsId)
  const terms = { ...known, ...input, LastModifiedDate: new Date(now) }
  return [{ Terms: terms }, withPool(state, { ...pool, terms: pool.terms.set(terms.TermsId, terms) })]
})

export const deleteTerms: Handler = transition(operations.deleteTerms, (state, { TermsId, UserPoolId }) => {
  const pool = poolOf(state, UserPoolId)
  termsOf(pool, TermsId)
  return [undefined, withPool(state, { ...pool, terms: pool.terms.delete(TermsId) })]
})

export const listTerms: Handler = query(operations.listTerms, (state, { MaxResults, NextToken, UserPoolId }) => {
  const { records, token } = page(poolOf(state, UserPoolId).terms, {
    list: `terms of ${UserPoolId}`,
    limit: MaxResults,
    token: NextToken
  })
  const brief = ({ CreationDate, Enforcement, LastModifiedDate, TermsId, TermsName }: typeof records[number]) => ({
    TermsId,
    TermsName,
    Enforcement,
    CreationDate,
    LastModifiedDate
  })
  return { Terms: records.map(brief), NextToken: token }
})
