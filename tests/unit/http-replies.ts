/** Replies that a client must read, and how: `body` in full. */
export const GOOD_REPLIES: { name: string; reply: string; body: string; status?: number; closes?: boolean }[] = [
  { name: "a length", reply: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello", body: "hello" },
  { name: "no reason", reply: "HTTP/1.1 200 \r\ncontent-length:5\r\n\r\nhello", body: "hello" },
  { name: "length 0", reply: "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n", body: "" },
  {
    name: "blanks around a value",
    reply: "HTTP/1.1 200 OK\r\nContent-Length:  \t5 \r\nX:\r\n\r\nhello",
    body: "hello",
  },
  {
    name: "chunks",
    reply: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n1\r\n \r\n5\r\nworld\r\n0\r\n\r\n",
    body: "hello world",
  },
  {
    name: "no chunk but the last",
    reply: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    body: "",
  },
  {
    name: "chunks with extensions, capitals, zeros and a trailer",
    reply:
      "HTTP/1.1 200 OK\r\ntransfer-encoding: Chunked\r\nTrailer: X-Sum\r\n\r\n" +
      '00A;a=1;b="x y"\r\n0123456789\r\n1;x\r\n!\r\n00;last\r\nX-Sum: 7\r\nX-Two: 8\r\n\r\n',
    body: "0123456789!",
  },
  {
    name: "a chunk that holds what looks like framing",
    reply: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nd\r\n0\r\n\r\nHTTP/1.1\r\n0\r\n\r\n",
    body: "0\r\n\r\nHTTP/1.1",
  },
  {
    name: "until the connection's end",
    reply: "HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nas long\r\nas it lasts",
    body: "as long\r\nas it lasts",
    closes: true,
  },
  { name: "HTTP/1.0", reply: "HTTP/1.0 200 OK\r\n\r\nold", body: "old", closes: true },
  { name: "HTTP/1.0 with a length", reply: "HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nold", body: "old" },
  {
    name: "close announced",
    reply: "HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 3\r\n\r\nend",
    body: "end",
  },
  {
    name: "interim replies",
    reply:
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>; rel=preload\r\n\r\n" +
      "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok",
    body: "ok",
  },
  { name: "204", reply: "HTTP/1.1 204 No Content\r\nX: y\r\n\r\n", body: "", status: 204 },
  { name: "304 with a length", reply: "HTTP/1.1 304 Not Modified\r\nETag: x\r\n\r\n", body: "", status: 304 },
  {
    name: "an error with a body",
    reply: "HTTP/1.1 503 Slow Down\r\nRetry-After: 1\r\nContent-Length: 4\r\n\r\nbusy",
    body: "busy",
    status: 503,
  },
  {
    name: "bytes above 127 in a value and in the body",
    reply: "HTTP/1.1 200 O\xe9\r\nX-Name: caf\xe9\r\nContent-Length: 2\r\n\r\n\xc3\xa9",
    body: "\xc3\xa9",
  },
  {
    name: "the same header twice",
    reply: "HTTP/1.1 200 OK\r\nSet-Cookie: a=1\r\nSet-Cookie: b=2\r\nContent-Length: 1\r\n\r\nx",
    body: "x",
  },
];

/** Replies that two readers may understand differently, or that nobody can: each must be refused, with these words. */
export const BAD_REPLIES: { name: string; reply: string; says: RegExp }[] = [
  {
    name: "both framings",
    reply: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    says: /both a Content-Length and a Transfer-Encoding/,
  },
  {
    name: "two lengths",
    reply: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Length: 6\r\n\r\nhello!",
    says: /Content-Length "5, 6"/,
  },
  {
    name: "a tab behind the framing's name",
    reply: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\t\r\n\r\n0\r\n\r\n",
    says: /ends with a tab/,
  },
  { name: "a negative length", reply: "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n", says: /Content-Length "-1"/ },
  { name: "a length with a sign", reply: "HTTP/1.1 200 OK\r\nContent-Length: +5\r\n\r\nhello", says: /"\+5"/ },
  { name: "a hexadecimal length", reply: "HTTP/1.1 200 OK\r\nContent-Length: 0x5\r\n\r\nhello", says: /"0x5"/ },
  {
    name: "a huge length",
    reply: "HTTP/1.1 200 OK\r\nContent-Length: 18446744073709551621\r\n\r\nhello",
    says: /"18446744073709551621"/,
  },
  { name: "an empty length", reply: "HTTP/1.1 200 OK\r\nContent-Length: \r\n\r\n", says: /Content-Length ""/ },
  {
    name: "chunked not last",
    reply: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked, gzip\r\n\r\n0\r\n\r\n",
    says: /"chunked, gzip"/,
  },
  {
    name: "chunked twice",
    reply: "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    says: /"chunked, chunked"/,
  },
  {
    name: "an unknown encoding",
    reply: "HTTP/1.1 200 OK\r\nTransfer-Encoding: xchunked\r\n\r\n0\r\n\r\n",
    says: /"xchunked"/,
  },
  {
    name: "a blank before the colon",
    reply: "HTTP/1.1 200 OK\r\nContent-Length : 5\r\n\r\nhello",
    says: /is no header line/,
  },
  {
    name: "a folded line",
    reply: "HTTP/1.1 200 OK\r\nX: a\r\n b\r\nContent-Length: 5\r\n\r\nhello",
    says: /" b" is no header line/,
  },
  { name: "no name", reply: "HTTP/1.1 200 OK\r\n: 5\r\nContent-Length: 5\r\n\r\nhello", says: /is no header line/ },
  { name: "no colon", reply: "HTTP/1.1 200 OK\r\nContent-Length\r\n\r\nhello", says: /is no header line/ },
  { name: "NUL in a value", reply: "HTTP/1.1 200 OK\r\nX: a\0b\r\n\r\nhello", says: /is no header line/ },
  { name: "LF alone", reply: "HTTP/1.1 200 OK\nContent-Length: 5\n\nhello", says: /an LF without CR/ },
  { name: "LF alone at the end", reply: "HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\nhello", says: /an LF without CR/ },
  { name: "CR alone", reply: "HTTP/1.1 200 OK\r\nX: a\rContent-Length: 5\r\n\r\nhello", says: /a CR without LF/ },
  { name: "another protocol", reply: "SSH-2.0-OpenSSH_9.7\r\n", says: /is no HTTP/ },
  { name: "TLS", reply: "\x15\x03\x01\x00\x02\x02\x46", says: /speaks TLS/ },
  { name: "HTTP/2", reply: "HTTP/2 200\r\ncontent-length: 2\r\n\r\nok", says: /begins with "HTTP\/2 200"/ },
  { name: "a status of four digits", reply: "HTTP/1.1 2000 OK\r\n\r\n", says: /begins with/ },
  { name: "a switch of protocols", reply: "HTTP/1.1 101 Go\r\nUpgrade: x\r\n\r\n", says: /another protocol/ },
  ...[
    ["no size", "\r\nhello\r\n0\r\n\r\n", /without its size/],
    ["a size that is none", "5g\r\nhello\r\n0\r\n\r\n", /no hexadecimal number/],
    ["a negative size", "-5\r\nhello\r\n0\r\n\r\n", /without its size/],
    ["a size with 0x", "0x5\r\nhello\r\n0\r\n\r\n", /no hexadecimal number/],
    ["a huge size", "ffffffffffffffff5\r\nhello\r\n0\r\n\r\n", /larger than/],
    ["a size line that ends with LF", "5\nhello\r\n0\r\n\r\n", /LF alone/],
    ["a size line that ends with CR", "5\rhello\r\n0\r\n\r\n", /CR alone/],
    ["a chunk longer than its size", "5\r\nhello!\r\n0\r\n\r\n", /longer than its size/],
    ["data that end with LF", "5\r\nhello\n0\r\n\r\n", /longer than its size/],
    ["a NUL in an extension", "5;\0\r\nhello\r\n0\r\n\r\n", /control character/],
    ["an endless extension", `5;${"x".repeat(5000)}\r\nhello\r\n0\r\n\r\n`, /longer than 4096 bytes/],
    ["a trailer that is none", "5\r\nhello\r\n0\r\ntrailer\r\n\r\n", /"trailer" is no header line/],
    ["an endless trailer", `0\r\n${`X: ${"y".repeat(996)}\r\n`.repeat(70)}\r\n`, /longer than 65536 bytes/],
  ].map(([name, body, says]) => ({
    name: `chunks: ${name}`,
    reply: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n${body}`,
    says: says as RegExp,
  })),
  {
    name: "an endless head",
    reply: `HTTP/1.1 200 OK\r\n${`X: ${"y".repeat(996)}\r\n`.repeat(70)}Content-Length: 5\r\n\r\nhello`,
    says: /head is longer than 65536 bytes/,
  },
  {
    name: "endless interim replies",
    reply: `${"HTTP/1.1 100 Continue\r\n\r\n".repeat(40)}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`,
    says: /more than 32 interim replies/,
  },
];
