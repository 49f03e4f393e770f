/**
 * The type of the class of an error, with all that it says written out.
 *
 * `Schema.TaggedError` makes these classes and computes the same from their fields, anew in each program that names the
 * error; written out it takes the compiler a fifth of the steps (`test/budgets/types.test.ts`).
 */
import type * as Schema from "effect/Schema"
import type * as SchemaAST from "effect/SchemaAST"

/** A class that makes errors (`new`), tells them (`instanceof`), and is their schema. */
export interface ErrorClass<E extends { readonly _tag: string }, Members, EncodedMembers = Members>
  extends
    Schema.BottomWithoutNew<
      E,
      Pick<E, "_tag"> & EncodedMembers,
      never,
      never,
      SchemaAST.Declaration,
      Schema.Codec<E, Pick<E, "_tag"> & EncodedMembers>,
      Members,
      Pick<E, "_tag"> & EncodedMembers,
      readonly [Schema.Constraint]
    >
{
  readonly prototype: E
  readonly identifier: string
  readonly fields: { readonly [name: string]: Schema.Top }
  new(members: Members, options?: Schema.MakeOptions): E
}
