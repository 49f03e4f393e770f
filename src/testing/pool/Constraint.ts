/** What the model says of a value on the wire. `Constraints.generated.ts` has it for each shape of an input. */

/** What a value must be. */
export type Constraint = Leaf | EnumConstraint | ListConstraint | MapConstraint | StructureConstraint

/** A value that holds no others. Bounds are lengths of texts and bytes, and values of numbers. */
export interface Leaf {
  readonly type: "string" | "integer" | "long" | "boolean" | "blob" | "timestamp" | "document"
  readonly min?: number
  readonly max?: number
  /** A regular expression of Java, which the whole text must match. */
  readonly pattern?: string
  /** Whether errors do not quote it. */
  readonly hidden?: boolean
}

/** One of some texts. */
export interface EnumConstraint {
  readonly type: "enum"
  readonly values: ReadonlyArray<string>
}

/** A list of values of one shape. */
export interface ListConstraint {
  readonly type: "list"
  readonly member: string
  readonly min?: number
  readonly max?: number
}

/** A map from texts to values of one shape. */
export interface MapConstraint {
  readonly type: "map"
  readonly key: string
  readonly value: string
  readonly min?: number
  readonly max?: number
  /** Whether errors do not quote it, nor what is in it. */
  readonly hidden?: boolean
}

/** A structure with members of different shapes. */
export interface StructureConstraint {
  readonly type: "structure"
  readonly members: { readonly [member: string]: MemberConstraint }
  /** Whether errors do not quote what is in it. */
  readonly hidden?: boolean
}

/** A member of a structure. */
export interface MemberConstraint {
  readonly target: string
  readonly required?: boolean
  /** Whether errors do not quote it although its shape is none that they hide. */
  readonly hidden?: boolean
}
