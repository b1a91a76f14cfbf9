import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

const PROGRAM = ["chromium", "chromium-browser", "google-chrome"].map((name) => Bun.which(name)).find(Boolean) ?? null;

export const HAS_BROWSER = PROGRAM !== null;

interface Message {
  id?: number;
  method?: string;
  sessionId?: string;
  params?: Record<string, unknown>;
  result?: Record<string, unknown>;
  error?: { message: string };
}

interface Size {
  width: number;
  height: number;
}

/** A headless Chromium, spoken to by its own protocol: one page at a time, and everything that it complains of. */
export class Browser implements AsyncDisposable {
  /** Messages of the console and exceptions since the page was opened. */
  complaints: string[] = [];
  /** Addresses that the page asked for since it was opened. */
  requests: string[] = [];
  readonly #child: Bun.Subprocess;
  readonly #profile: string;
  readonly #socket: WebSocket;
  readonly #answers = new Map<number, (message: Message) => void>();
  #session: string | null = null;
  #loaded: (() => void) | null = null;
  #sent = 0;

  private constructor(child: Bun.Subprocess, profile: string, socket: WebSocket) {
    this.#child = child;
    this.#profile = profile;
    this.#socket = socket;
    socket.addEventListener("message", ({ data }) => this.#hear(JSON.parse(String(data)) as Message));
  }

  static async start(): Promise<Browser> {
    const profile = mkdtempSync(join(tmpdir(), "plumb-browser-"));
    const flags = ["--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--no-first-run"];
    const child = Bun.spawn([PROGRAM!, ...flags, "--remote-debugging-port=0", `--user-data-dir=${profile}`], {
      env: { PATH: process.env.PATH, HOME: profile, LANG: "en_US.UTF-8" },
      stdin: "ignore",
      stdout: "ignore",
      stderr: "pipe",
    });
    try {
      const socket = new WebSocket(await addressIn(child.stderr));
      await new Promise((resolve, reject) => {
        socket.addEventListener("open", resolve);
        socket.addEventListener("error", () => reject(new Error("cannot speak to Chromium")));
      });
      return new Browser(child, profile, socket);
    } catch (error) {
      child.kill("SIGKILL");
      throw error;
    }
  }

  /** Opens a file in a page of its own and waits until it is drawn. */
  async open(path: string, { width, height }: Size, scheme: "light" | "dark" = "light"): Promise<void> {
    const { targetId } = await this.call("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.call("Target.attachToTarget", { targetId, flatten: true });
    this.#session = sessionId as string;
    for (const domain of ["Page", "Runtime", "Network", "Log"]) await this.call(`${domain}.enable`);
    const features = [{ name: "prefers-color-scheme", value: scheme }];
    await this.call("Emulation.setEmulatedMedia", { features });
    await this.call("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: false });
    this.complaints = [];
    this.requests = [];
    const loaded = new Promise<void>((resolve) => {
      this.#loaded = resolve;
    });
    await this.call("Page.navigate", { url: Bun.pathToFileURL(path).href });
    await loaded;
    await this.evaluate("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))");
  }

  /** What an expression in the page is, promises awaited. @throws with the page's own exception */
  async evaluate<Value>(expression: string): Promise<Value> {
    const answer = await this.call("Runtime.evaluate", { expression, awaitPromise: true, returnByValue: true });
    const thrown = answer.exceptionDetails as { exception?: { description?: string }; text: string } | undefined;
    if (thrown !== undefined) throw new Error(thrown.exception?.description ?? thrown.text);
    return (answer.result as { value: Value }).value;
  }

  async press(key: string): Promise<void> {
    for (const type of ["keyDown", "keyUp"]) {
      await this.call("Input.dispatchKeyEvent", { type, key, code: key, text: key.length === 1 ? key : undefined });
    }
  }

  async drag(from: { x: number; y: number }, to: { x: number; y: number }): Promise<void> {
    const mouse = (type: string, at: { x: number; y: number }, buttons: number) =>
      this.call("Input.dispatchMouseEvent", { type, ...at, buttons, button: "left", clickCount: 1 });
    await mouse("mouseMoved", from, 0);
    await mouse("mousePressed", from, 1);
    for (let step = 1; step <= 4; step++) {
      const part = step / 4;
      await mouse("mouseMoved", { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part }, 1);
    }
    await mouse("mouseReleased", to, 0);
  }

  /** A picture of the whole page. */
  async screenshot(path: string): Promise<void> {
    const { data } = await this.call("Page.captureScreenshot", { format: "png", captureBeyondViewport: true });
    await Bun.write(path, Buffer.from(data as string, "base64"));
  }

  async pdf(path: string): Promise<void> {
    const { data } = await this.call("Page.printToPDF", { printBackground: true, preferCSSPageSize: true });
    await Bun.write(path, Buffer.from(data as string, "base64"));
  }

  async call(method: string, params: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
    const id = ++this.#sent;
    const session = method.startsWith("Target.") || this.#session === null ? {} : { sessionId: this.#session };
    const answer = new Promise<Message>((resolve) => this.#answers.set(id, resolve));
    this.#socket.send(JSON.stringify({ id, method, params, ...session }));
    const { result = {}, error } = await answer;
    if (error !== undefined) throw new Error(`${method}: ${error.message}`);
    return result;
  }

  /** Asks it to end first: its helpers would write into a profile that is gone. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.#session = null;
    this.#socket.send(JSON.stringify({ id: ++this.#sent, method: "Browser.close" }));
    await Promise.race([this.#child.exited, Bun.sleep(5000)]);
    this.#socket.close();
    this.#child.kill("SIGKILL");
    await this.#child.exited;
    rmSync(this.#profile, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
  }

  #hear({ id, method, params = {}, ...rest }: Message): void {
    if (id !== undefined) {
      this.#answers.get(id)?.({ id, ...rest });
      this.#answers.delete(id);
    } else if (method === "Page.loadEventFired") {
      this.#loaded?.();
    } else if (method === "Network.requestWillBeSent") {
      this.requests.push((params.request as { url: string }).url);
    } else if (
      method === "Runtime.consoleAPICalled" ||
      method === "Runtime.exceptionThrown" ||
      method === "Log.entryAdded"
    ) {
      this.complaints.push(`${method}: ${JSON.stringify(params)}`);
    }
  }
}

async function addressIn(stderr: ReadableStream<Uint8Array>): Promise<string> {
  let said = "";
  const decoder = new TextDecoder();
  for await (const bytes of stream(stderr)) {
    said += decoder.decode(bytes, { stream: true });
    const address = /DevTools listening on (ws:\S+)/.exec(said)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error(`Chromium did not start: ${said}`);
}

/** Left open when the reader has seen enough: a closed pipe would stop the browser. */
async function* stream(readable: ReadableStream<Uint8Array>): AsyncIterable<Uint8Array> {
  const reader = readable.getReader();
  for (let next = await reader.read(); !next.done; next = await reader.read()) yield next.value;
}
