// A hocuspocus server as its documentation sets one up: SQLite, and every other setting as shipped.
import { SQLite } from "@hocuspocus/extension-sqlite"
import { Server } from "@hocuspocus/server"

const [port, database] = process.argv.slice(2)
const server = new Server({
  address: "127.0.0.1",
  port: Number(port),
  quiet: true,
  // Ending by SIGKILL is what is measured; nothing else ends it.
  stopOnSignals: false,
  extensions: [new SQLite({ database })],
})
await server.listen()
