import { readFile } from "node:fs/promises";
import { isIP } from "node:net";

/** Linux: every TCP socket of the machine (of its network namespace), one a line. */
const TABLES = ["/proc/self/net/tcp", "/proc/self/net/tcp6"];
const ESTABLISHED = "01";
const MAPPED = "0000000000000000FFFF0000";

/**
 * Whether a TCP connection to one of the addresses stands, by the kernel's own table: some process's, not necessarily
 * this one's. false too where there is no such table. 20,000 sockets cost 3 MB read and searched.
 */
export async function isConnected(addresses: string[], port: number): Promise<boolean> {
  if (process.platform !== "linux" || addresses.length === 0) return false;
  const tables = await Promise.all(TABLES.map((path) => readFile(path, "latin1").catch(() => "")));
  const portHex = port.toString(16).toUpperCase().padStart(4, "0");
  const forms = addresses.flatMap(tableForms).map((form) => ` ${form}:${portHex} ${ESTABLISHED} `);
  return forms.some((form) => tables.some((table) => table.includes(form)));
}

/** As the table writes an address: words of four bytes, each in the machine's byte order (least first). */
function tableForms(address: string): string[] {
  switch (isIP(address)) {
    case 4: {
      const form = hexWord(address.split(".").map(Number));
      return [form, MAPPED + form];
    }
    case 6: {
      const bytes = bytesOfIPv6(address);
      return [[0, 4, 8, 12].map((at) => hexWord(bytes.slice(at, at + 4))).join("")];
    }
    default:
      return [];
  }
}

function hexWord(bytes: number[]): string {
  return bytes
    .map((byte) => byte.toString(16).padStart(2, "0"))
    .reverse()
    .join("")
    .toUpperCase();
}

function bytesOfIPv6(address: string): number[] {
  // The URL's reader writes an IPv4 tail as hexadecimal groups.
  const plain = new URL(`http://[${address.replace(/%.*$/, "")}]/`).hostname.slice(1, -1);
  const [head = "", tail] = plain.split("::");
  const groups = (text: string) => (text === "" ? [] : text.split(":").map((group) => Number.parseInt(group, 16)));
  const [first, last] = [groups(head), groups(tail ?? "")];
  const zeros = Array.from({ length: 8 - first.length - last.length }, () => 0);
  return [...first, ...zeros, ...last].flatMap((group) => [group >> 8, group & 0xff]);
}
