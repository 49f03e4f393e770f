/**
 * The type of documents in the drop-in's plain types, under the AWS SDK's name.
 */

/** A value whose form the service leaves open: anything that JSON can hold. */
export type DocumentType = null | boolean | number | string | Array<DocumentType> | { [name: string]: DocumentType }
