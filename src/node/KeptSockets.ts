/**
 * Sockets that Node's agents keep between requests, and which of them are still good.
 *
 * The other end may have closed one without this process having seen it: because nothing was read while it was busy or
 * frozen (a Lambda between invocations, SIGSTOP), or because the news is on its way. What was not seen is looked for
 * here; what is on its way is `NodeTransport.ts`'s to deal with.
 */
import type { Agent, ClientRequest } from "node:http"
import type { Socket } from "node:net"
import type { Duplex } from "node:stream"

// Taken at once, so that a test's fake timers hold no request back.
const { clearImmediate, setImmediate } = process.getBuiltinModule("node:timers")

/** What is known of a socket since its last answer. */
interface Kept {
  /** On the system's clock, which goes on while a process is frozen. */
  readonly since: number
  readonly bytesRead: number
  /** In milliseconds. */
  readonly longest: number
}

const kept = new WeakMap<Duplex, Kept>()

/**
 * Has an agent note what it keeps, for no longer than so many milliseconds. It closes an idle socket on which something
 * arrives: what answers no request would be taken for the next one's answer.
 */
export const watchKept = <A extends Agent>(agent: A, longest: number): A => {
  const { keepSocketAlive, reuseSocket } = agent
  agent.keepSocketAlive = (socket) => {
    socket.once("data", destroySelf)
    kept.set(socket, { since: Date.now(), bytesRead: bytesReadOf(socket), longest })
    return keepSocketAlive.call(agent, socket)
  }
  agent.reuseSocket = (socket, request) => {
    socket.off("data", destroySelf)
    reuseSocket.call(agent, socket, request)
  }
  return agent
}

function destroySelf(this: Duplex): void {
  this.destroy()
}

/** An agent's sockets are those of `net`, or of a proxy's agent, which may not count. */
const bytesReadOf = (socket: Duplex): number => "bytesRead" in socket ? Number(socket.bytesRead) : 0

/** Whether a request went out on a socket that was used before, of which nothing has come back since. */
export const isUnansweredReuse = ({ reusedSocket, socket }: ClientRequest): boolean => {
  if (!reusedSocket || socket === null) return false
  const known = kept.get(socket)
  return known === undefined || known.bytesRead === bytesReadOf(socket)
}

/** A program's own agent may be of another make, which does not show them. */
const idleSockets = (agent: Partial<Agent>): ReadonlyArray<Socket> =>
  Object.values(agent.freeSockets ?? {}).flatMap((sockets) => sockets ?? [])

/** A socket that was in use so lately has nothing that could have been missed. */
const justNow = 10

/** Whether an agent would take a socket that has been idle for a while. */
export const mayBeStale = (agent: Agent): boolean => {
  const now = Date.now()
  return idleSockets(agent).some((socket) => {
    const { since = 0 } = kept.get(socket) ?? {}
    // A clock that was put back tells nothing.
    return now - since >= justNow || now < since
  })
}

/**
 * Does something once all that had arrived for idle sockets was seen, and those that are closed or were kept too long are
 * gone; unless the function that it returns is called before.
 *
 * Node reads what has arrived between two rounds of its loop. The first round may have begun before.
 */
export const afterCheck = (agent: Agent, run: () => void): () => void => {
  let waiting = setImmediate(() => {
    waiting = setImmediate(() => {
      dropStale(agent)
      run()
    })
  })
  return () => clearImmediate(waiting)
}

const dropStale = (agent: Agent): void => {
  const now = Date.now()
  for (const socket of idleSockets(agent)) {
    const { longest = Infinity, since = now } = kept.get(socket) ?? {}
    if (!socket.readableEnded && !socket.destroyed && now - since <= longest) continue
    // Otherwise the agent would hand it out until it has closed.
    socket.emit("agentRemove")
    socket.destroy()
  }
}
