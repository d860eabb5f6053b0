// What a counter does, from Node: enrols, verifies for a procedure, checks the assertion with `jose` and the decision's
// proof with nothing but node:crypto.
//
//   npm install ./dist/idverify-client-0.1.0.tgz jose
//   node docs/examples/counter.mts NUMBER enrolled.png shown.png [HOST:PORT]      (Node 22.18; for older ones, tsc first)
//
// Both are prints of one right index finger. With TLS: connect({ server, tls: { ca, certificate, privateKey } }).

import { readFile } from "node:fs/promises";
import { connect, refusal } from "idverify-client";
import { AssertionService } from "idverify-client/v1/assertions_pb";
import { EnrolmentService } from "idverify-client/v1/enrolment_pb";
import { LogService } from "idverify-client/v1/log_pb";
import { Decision, FingerPosition } from "idverify-client/v1/types_pb";
import { VerificationService } from "idverify-client/v1/verification_pb";
import { createLocalJWKSet, jwtVerify } from "jose";
import { checkProof } from "./proof.mjs";

const [citizenNumber = "", enrolled = "", shown = "", server = "127.0.0.1:50051"] = process.argv.slice(2);
const agencyCode = "H05.12";
const { service, newContext } = connect({ server, desk: { agencyCode, officerId: "officer-3", language: "en" } });

const sample = async (file: string) => ({
  fingerPosition: FingerPosition.RIGHT_INDEX,
  sample: { case: "image" as const, value: { data: await readFile(file) } },
});

// Enrol. A refusal has a stable reason.
const enrolment = service(EnrolmentService);
const personalData = { fullName: "Nguyễn Thị Thử", birthDate: "1999-05-01", sex: "F" };
const request = { citizenNumber, personalData, samples: [await sample(enrolled)] };
const { subjectId } = await enrolment.enrolCitizen({ context: newContext(), ...request });
console.log("enrolled as", subjectId);
try {
  await enrolment.enrolCitizen({ context: newContext(), ...request });
} catch (error) {
  console.log("again:", refusal(error)?.reason, refusal(error)?.told);
}

// Verify, within five seconds, and see what the procedure may see.
const answer = await service(VerificationService).verify(
  { context: newContext({ procedureCode: "1.001193" }), citizenNumber, samples: [await sample(shown)] },
  { timeoutMs: 5_000 },
);
if (answer.decision !== Decision.MATCH || !answer.disclosure?.assertion) throw new Error("not the citizen");
for (const record of answer.disclosure.records) console.log(record.recordType, JSON.parse(record.json));
console.log("papers still needed:", answer.disclosure.missingRecords.map((record) => record.paper));

// Check the assertion with the public keys alone, as any other system can.
const { jwksJson, issuer } = await service(AssertionService).getKeySet({});
const { payload } = await jwtVerify(answer.disclosure.assertion.jwt, createLocalJWKSet(JSON.parse(jwksJson)), {
  issuer,
  audience: agencyCode,
  typ: "idverify-assertion+jwt",
  algorithms: ["EdDSA", "Ed25519", "ES256"],
  requiredClaims: ["sub", "jti", "iat", "nbf", "exp", "txn", "amr", "acr", "bio", "records"],
  clockTolerance: 30,
});
console.log("assertion for", payload.aud, "by", payload.amr);

// Keep the proof that the decision is in the log, and check it with the log's public key.
const log = service(LogService);
const { proof } = await log.getEventProof({ sequence: answer.auditEvent });
const { verifierKeys } = await log.getLogCheckpoint({});
console.log("proven:", checkProof(proof, verifierKeys[0] ?? "").action);
