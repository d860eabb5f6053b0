import { setTimeout as sleep } from "node:timers/promises";
import { getOption, hasOption } from "@bufbuild/protobuf";
import { MethodOptions_IdempotencyLevel as Level } from "@bufbuild/protobuf/wkt";
import { Code, ConnectError, type Interceptor, type UnaryRequest } from "@connectrpc/connect";
import { http } from "./gen/google/api/annotations_pb.js";

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 200;

/**
 * Repeats what was not served (UNAVAILABLE), within its deadline, and only where twice is as good as once: the request
 * has a requestId, by which the service does nothing twice; it only reads; or the proto says so.
 */
export const repeating: Interceptor = (next) => async (request) => {
  for (let attempt = 1; ; attempt++) {
    try {
      return await next(request);
    } catch (error) {
      const unavailable = ConnectError.from(error).code === Code.Unavailable;
      if (request.stream || !unavailable || attempt === ATTEMPTS || !mayBeRepeated(request)) throw error;
      await sleep(Math.random() * FIRST_PAUSE_MS * 2 ** attempt, undefined, { signal: request.signal });
    }
  }
};

function mayBeRepeated({ method, message }: UnaryRequest): boolean {
  const context = (message as { context?: { requestId?: string } }).context;
  const reads = hasOption(method, http) && getOption(method, http).pattern.case === "get";
  return Boolean(context?.requestId) || reads || method.idempotency !== Level.IDEMPOTENCY_UNKNOWN;
}
