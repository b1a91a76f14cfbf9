/** The service of own_reader.ts over a WebSocket: same request, same events, a message each. */
import { defineApi } from "plumb";
import ownReader from "./own_reader.ts";

export default defineApi({
  ...ownReader,
  name: "websocket",
  endpoint: "/socket",

  async *processRequest({ body }, session) {
    // The run's own URL, with ws in place of http, and the run's headers.
    const socket = await session.socket("");
    socket.send(JSON.stringify(body));
    for await (const message of socket) {
      yield message;
      if (String(message.data).includes('"done"')) return socket.close();
    }
    // Here the end of the generator is the end of the reply, so a cut one has to be told.
    yield { data: "the service hung up before it was done", isError: true };
  },
});
