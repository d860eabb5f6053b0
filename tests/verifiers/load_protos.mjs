// Loads every proto of the bundle with Node's own loader, and makes a call with what it made of them. Reads {folder,
// server} from standard input; prints the issuer, the reason of a refusal, and how many files were loaded.
import { createRequire } from 'node:module';
import { readFileSync, readdirSync } from 'node:fs';
import { credentials, loadPackageDefinition } from '@grpc/grpc-js';
import { loadSync } from '@grpc/proto-loader';

const { folder, server } = JSON.parse(readFileSync(0, 'utf8'));
const files = readdirSync(folder, { recursive: true }).filter((name) => name.endsWith('.proto'));
const definition = loadSync(files, { includeDirs: [folder], longs: String, enums: String });
const { v1 } = loadPackageDefinition(definition).idverify;

const call = (client, method, request) =>
  new Promise((resolve) => client[method](request, { deadline: Date.now() + 60_000 }, (error, answer) => resolve({ error, answer })));

const keys = await call(new v1.AssertionService(server, credentials.createInsecure()), 'GetKeySet', {});
const refused = await call(new v1.EnrolmentService(server, credentials.createInsecure()), 'EnrolCitizen', {});

// The details of a refusal are google.rpc.Status, which is in the bundle too.
const { Root } = createRequire(createRequire(import.meta.url).resolve('@grpc/proto-loader'))('protobufjs');
const root = new Root();
root.resolvePath = (_, name) => (name.startsWith(folder) ? name : `${folder}/${name}`);
root.loadSync(['google/rpc/status.proto', 'google/rpc/error_details.proto']);
const status = root.lookupType('google.rpc.Status').decode(refused.error.metadata.get('grpc-status-details-bin')[0]);
const info = status.details.find((detail) => detail.type_url.endsWith('/google.rpc.ErrorInfo'));
const { reason } = root.lookupType('google.rpc.ErrorInfo').decode(info.value);

console.log(JSON.stringify({ issuer: keys.answer.issuer, reason, files: files.length }));
process.exit(0);
