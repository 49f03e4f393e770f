/**
 * The server of `npm run soak`, a process of its own: answers AdminGetUser with the user it was asked for, and one request
 * in ten with a fault. It writes its port to the standard output, and stops when its standard input ends.
 */
import { createServer, type ServerResponse } from "node:http"
import type { AddressInfo } from "node:net"

const error = (response: ServerResponse, status: number, name: string) =>
  response.writeHead(status, { "content-type": "application/x-amz-json-1.1", "x-amzn-errortype": name })
    .end(JSON.stringify({ __type: name, message: "a fault" }))

const faults: ReadonlyArray<(response: ServerResponse) => void> = [
  (response) => response.destroy(),
  (response) => error(response, 500, "InternalErrorException"),
  (response) => error(response, 400, "TooManyRequestsException"),
  (response) => response.writeHead(502, { "content-type": "text/html" }).end("<html>Bad gateway</html>"),
  (response) => {
    response.writeHead(200, { "content-length": "1000" }).write("{\"Username\":")
    setTimeout(() => response.destroy(), 20)
  },
  // Longer than the client waits for an attempt.
  (response) => setTimeout(() => response.destroy(), 3000)
]

let requests = 0

const server = createServer((request, response) => {
  const chunks: Array<Buffer> = []
  request.on("data", (chunk: Buffer) => chunks.push(chunk))
  request.on("end", () => {
    requests++
    const fault = requests % 10 === 0 ? faults[(requests / 10) % faults.length] : undefined
    if (fault !== undefined) return fault(response)
    const { Username } = JSON.parse(Buffer.concat(chunks).toString())
    response.writeHead(200, { "content-type": "application/x-amz-json-1.1", "x-amzn-requestid": String(requests) })
      .end(JSON.stringify({ Username, UserStatus: "CONFIRMED", Enabled: true, UserCreateDate: 1.483899206155E9 }))
  })
})

server.listen(0, "127.0.0.1", () => {
  // A server on TCP has an address of this form.
  const { port } = server.address() as AddressInfo
  process.stdout.write(`${port}\n`)
})

process.stdin.on("end", () => process.exit()).resume()
