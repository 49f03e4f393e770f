/**
 * What is wrong with the files of the generator, told to whoever edits them: a message without a stack.
 */

/** A mistake in a file; its message names the file and the entry. */
export class Problem extends Error {
  override readonly name = "Problem"
}

/** Runs a tool of the generator. A {@link Problem} ends it with its message and 1; anything else is a bug and has its stack. */
export const runTool = (tool: () => void): void => {
  try {
    tool()
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    console.error(error.message)
    process.exitCode = 1
  }
}
