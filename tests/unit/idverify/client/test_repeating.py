"""What gRPC may call again by itself: what has the same effect once and twice, and nothing else."""

from __future__ import annotations

import json

from google.protobuf import descriptor_pb2, descriptor_pool
from google.protobuf.descriptor import ServiceDescriptor

from idverify.client.channel.repeating import is_repeated, service_config
from idverify.v1 import audit_pb2, enrolment_pb2, gallery_pb2, record_source_pb2, verification_pb2


def own(methods: str) -> ServiceDescriptor:
    """A service of somebody's that changes something, reads, and says that it may be called twice."""
    file = descriptor_pb2.FileDescriptorProto(name="own.proto", package="own", syntax="proto3")
    file.message_type.add(name="Empty")
    service = file.service.add(name="Own")
    for name in methods.split():
        method = service.method.add(name=name, input_type=".own.Empty", output_type=".own.Empty")
        if name == "Marked":
            method.options.idempotency_level = descriptor_pb2.MethodOptions.IDEMPOTENT
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    return pool.FindServiceByName("own.Own")


def test_what_has_no_request_id_and_changes_something_is_not_repeated() -> None:
    changing, marked = own("Change Marked").methods
    assert not is_repeated(changing)
    assert is_repeated(marked)


def test_what_has_a_request_id_reads_or_says_so_is() -> None:
    for service, names in (
        (enrolment_pb2.DESCRIPTOR.services_by_name["EnrolmentService"], ("EnrolCitizen",)),
        (verification_pb2.DESCRIPTOR.services_by_name["VerificationService"], ("Verify", "IdentifyStream")),
        (audit_pb2.DESCRIPTOR.services_by_name["AuditService"], ("ListAuditEvents", "CheckAuditTrail")),
        (record_source_pb2.DESCRIPTOR.services_by_name["RecordSourceService"], ("FetchRecord",)),
        (gallery_pb2.DESCRIPTOR.services_by_name["GalleryService"], ("GetGalleryStatus",)),
    ):
        assert all(is_repeated(service.methods_by_name[name]) for name in names)


def test_the_config_names_services_and_repeats_only_what_was_not_served() -> None:
    (config,) = json.loads(service_config())["methodConfig"]
    named = {entry["service"] for entry in config["name"]}
    assert {"idverify.v1.EnrolmentService", "grpc.health.v1.Health"} <= named
    assert "" not in named
    assert {} not in config["name"], "every method of whichever service"
    assert config["retryPolicy"]["retryableStatusCodes"] == ["UNAVAILABLE"]
