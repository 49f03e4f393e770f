/** The least that a call can cost on Node: `node:http` with sockets that are kept, `node:crypto`, and JSON. No checks. */
import { createHash, createHmac } from "node:crypto"
import { Agent, request } from "node:http"
import { type Call, type Contestant, credentials, inputs, promising, region } from "./contestant.ts"

const hash = (text: string) => createHash("sha256").update(text).digest("hex")
const hmac = (key: string | Buffer, text: string) => createHmac("sha256", key).update(text).digest()

let key: { readonly day: string; readonly bytes: Buffer } | undefined

const keyOf = (day: string): Buffer => {
  if (key?.day !== day) {
    const parts = [day, region, "cognito-idp", "aws4_request"]
    key = { day, bytes: parts.reduce<string | Buffer>(hmac, `AWS4${credentials.secretAccessKey}`) as Buffer }
  }
  return key.bytes
}

const sign = (host: string, target: string, body: string) => {
  const date = new Date().toISOString().replace(/\.\d+|[:-]/g, "")
  const day = date.slice(0, 8)
  const names = "content-type;host;x-amz-date;x-amz-target"
  const canonical = `POST\n/\n\ncontent-type:application/x-amz-json-1.1\nhost:${host}\nx-amz-date:${date}\n`
    + `x-amz-target:${target}\n\n${names}\n${hash(body)}`
  const scope = `${day}/${region}/cognito-idp/aws4_request`
  const signature = createHmac("sha256", keyOf(day))
    .update(`AWS4-HMAC-SHA256\n${date}\n${scope}\n${hash(canonical)}`)
    .digest("hex")
  return {
    "x-amz-date": date,
    authorization: `AWS4-HMAC-SHA256 Credential=${credentials.accessKeyId}/${scope}, SignedHeaders=${names}, `
      + `Signature=${signature}`
  }
}

export const floor = (port: number): Contestant => {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 })
  const host = `127.0.0.1:${port}`
  const call = (name: Call) => () =>
    new Promise<unknown>((resolve, reject) => {
      const body = JSON.stringify(inputs[name])
      const target = `AWSCognitoIdentityProviderService.${name}`
      const outgoing = request({
        host: "127.0.0.1",
        port,
        agent,
        method: "POST",
        headers: {
          "content-type": "application/x-amz-json-1.1",
          "x-amz-target": target,
          "content-length": Buffer.byteLength(body),
          ...(name === "InitiateAuth" ? {} : sign(host, target, body))
        }
      }, (incoming) => {
        let text = ""
        incoming.setEncoding("utf8")
        incoming.on("data", (chunk: string) => text += chunk)
        incoming.on("end", () => resolve(JSON.parse(text)))
      })
      outgoing.on("error", reject)
      outgoing.end(body)
    })
  return promising("floor", call)
}
