/**
 * Loggers for the AWS SDK's sources of credentials, which would write to the console without one, at times with an error
 * that quotes what was read. These write nothing.
 *
 * It is not part of the public API.
 */

/** The form that the SDK wants. */
export interface Logger {
  readonly debug: (...content: Array<unknown>) => void
  readonly info: (...content: Array<unknown>) => void
  readonly warn: (...content: Array<unknown>) => void
  readonly error: (...content: Array<unknown>) => void
}

const ignore = () => {}

/** Writes nothing. */
export const silent: Logger = { debug: ignore, info: ignore, warn: ignore, error: ignore }

/**
 * A logger that gathers the names of the sources which the default chain asks: the chain tells each in a debug line, and
 * tells it nowhere else.
 */
export const sourcesLogger = () => {
  const sources: Array<string> = []
  const debug = (line: unknown) => {
    const step = /^@aws-sdk\/credential-provider-node - .*Provider::(\w+)/.exec(String(line))?.[1]
    const source = step === undefined ? undefined : names[step]
    if (source !== undefined) sources.push(source)
  }
  return { sources, logger: { ...silent, debug } }
}

const names: { readonly [step: string]: string } = {
  fromEnv: "environment",
  fromSSO: "SSO",
  fromIni: "profile",
  fromProcess: "process",
  fromTokenFile: "web identity",
  fromHttp: "container",
  fromInstanceMetadata: "instance"
}
