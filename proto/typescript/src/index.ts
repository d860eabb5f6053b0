// Calls the service from Node by gRPC. Messages and services are generated from the protos, see `idverify-client/v1/...`.

import { randomUUID } from "node:crypto";
import { create, type DescService, type MessageInitShape } from "@bufbuild/protobuf";
import { createClient, type Client } from "@connectrpc/connect";
import { createGrpcTransport } from "@connectrpc/connect-node";
import { RequestContextSchema, type RequestContext } from "./gen/idverify/v1/types_pb.js";
import { repeating } from "./repeating.js";

export { refusal, type Refusal } from "./refusal.js";

/** What the connection is trusted by, PEM. */
export interface Tls {
  /** Whom the server's certificate must come from. */
  ca: string | Buffer;
  /** Chain of the caller, by which the service knows it. */
  certificate: string | Buffer;
  privateKey: string | Buffer;
}

/** Who calls; goes into the context of every call. */
export interface Desk {
  agencyCode?: string;
  officerId?: string;
  counterId?: string;
  /** The language in which refusals are told, `vi` or `en`. */
  language?: string;
}

export interface Options {
  /** `host:port`. */
  server: string;
  /** Needed for every server that is not on this machine. */
  tls?: Tls;
  desk?: Desk;
  /** Until a call is given up, repetitions included, unless it says otherwise (`{ timeoutMs }`). */
  timeoutMs?: number;
}

/** A connection to one server. */
export interface Connection {
  /** Returns the client of a service, such as `VerificationService`. */
  service<Service extends DescService>(service: Service): Client<Service>;
  /** Returns a context from the desk, with a new requestId unless one is given. */
  newContext(fields?: MessageInitShape<typeof RequestContextSchema>): RequestContext;
}

/** Opens a connection; nothing is sent before the first call. */
export function connect({ server, tls, desk = {}, timeoutMs = 30_000 }: Options): Connection {
  if (!tls && !onThisMachine(server)) {
    throw new TypeError("without TLS only a server on this machine is called; give the CA and a client certificate");
  }
  const transport = createGrpcTransport({
    baseUrl: `${tls ? "https" : "http"}://${server}`,
    nodeOptions: tls && { ca: tls.ca, cert: tls.certificate, key: tls.privateKey },
    defaultTimeoutMs: timeoutMs,
    pingIntervalMs: 60_000, // the service takes a ping each 30 s
    pingIdleConnection: true,
    pingTimeoutMs: 20_000,
    interceptors: [
      (next) => (request) => {
        if (desk.language) request.header.set("accept-language", desk.language);
        return next(request);
      },
      repeating,
    ],
  });
  return {
    service: (service) => createClient(service, transport),
    newContext: (fields = {}) => {
      const { agencyCode, officerId, counterId } = desk;
      return create(RequestContextSchema, { requestId: randomUUID(), agencyCode, officerId, counterId, ...fields });
    },
  };
}

function onThisMachine(server: string): boolean {
  const host = server.slice(0, server.lastIndexOf(":"));
  return host === "localhost" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host);
}
