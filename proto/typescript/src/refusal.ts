import { ConnectError, type Code } from "@connectrpc/connect";
import { ErrorInfoSchema, LocalizedMessageSchema } from "./gen/google/rpc/error_details_pb.js";

/** What the service refused, and why. */
export interface Refusal {
  /** gRPC status. */
  code: Code;
  /** Stable; docs/errors.md says what each means. Empty where the refusal did not come from the service. */
  reason: string;
  /** Says what to do next. */
  message: string;
  metadata: Record<string, string>;
  /** For the clerk, in the language of the desk. */
  told: string;
}

/** Reads what a call threw; undefined if that was no refusal of a call. */
export function refusal(thrown: unknown): Refusal | undefined {
  if (!(thrown instanceof ConnectError)) return undefined;
  const [info] = thrown.findDetails(ErrorInfoSchema);
  const [told] = thrown.findDetails(LocalizedMessageSchema);
  return {
    code: thrown.code,
    reason: info?.reason ?? "",
    message: thrown.rawMessage,
    metadata: info?.metadata ?? {},
    told: told?.message ?? "",
  };
}
