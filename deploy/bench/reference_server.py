"""A Python server of the same contract, to measure Sensorium against.

It serves EmbeddingService.Embed for pictures and texts with grpcio and transformers, written the way their
documentation shows: a thread pool, a processor and a CLIPModel, one forward pass per request. It answers on the same
wire as Sensorium, so that `sensorium bench` measures both with the same requests.

    pip install -r requirements.txt
    python reference_server.py CHECKPOINT --port 9100 --dtype bfloat16
"""

import argparse
import importlib
import io
import pathlib
import sys
import tempfile
import time
from concurrent import futures

import grpc
import torch
from grpc_tools import protoc
from PIL import Image
from transformers import AutoModel, AutoProcessor

PROTO = pathlib.Path(__file__).parents[2] / "proto/src/main/proto"


def compile_protos():
    """Compiles the contract into a temporary folder and returns its message and service modules."""
    import grpc_tools

    out = tempfile.mkdtemp(prefix="sensorium-proto-")
    google = pathlib.Path(grpc_tools.__file__).parent / "_proto"
    status = pathlib.Path(out) / "google/rpc/status.proto"
    status.parent.mkdir(parents=True)
    status.write_text(
        'syntax = "proto3";\npackage google.rpc;\nimport "google/protobuf/any.proto";\n'
        "message Status { int32 code = 1; string message = 2; repeated google.protobuf.Any details = 3; }\n"
    )
    files = [str(path) for path in sorted((PROTO / "sensorium/v1").glob("*.proto"))] + [str(status)]
    arguments = ["protoc", f"-I{PROTO}", f"-I{google}", f"-I{out}", f"--python_out={out}", f"--grpc_python_out={out}"]
    if protoc.main(arguments + files) != 0:
        raise SystemExit("protoc failed")
    sys.path.insert(0, out)
    return (
        importlib.import_module("sensorium.v1.embedding_service_pb2"),
        importlib.import_module("sensorium.v1.embedding_service_pb2_grpc"),
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", help="a CLIP checkpoint folder in Hugging Face layout")
    parser.add_argument("--port", type=int, default=9100)
    parser.add_argument("--dtype", choices=["float32", "bfloat16"], default="float32")
    parser.add_argument("--threads", type=int, default=torch.get_num_threads(), help="torch threads")
    arguments = parser.parse_args()

    torch.set_num_threads(arguments.threads)
    messages, services = compile_protos()
    model = AutoModel.from_pretrained(arguments.checkpoint, dtype=getattr(torch, arguments.dtype)).eval()
    processor = AutoProcessor.from_pretrained(arguments.checkpoint)

    class EmbeddingService(services.EmbeddingServiceServicer):
        def Embed(self, request, context):
            start = time.perf_counter()
            kinds = {content.WhichOneof("kind") for content in request.contents}
            with torch.inference_mode():
                if kinds == {"image"}:
                    pictures = [Image.open(io.BytesIO(c.image.data)).convert("RGB") for c in request.contents]
                    inputs = processor(images=pictures, return_tensors="pt")
                    features = model.get_image_features(inputs["pixel_values"].to(model.dtype))
                elif kinds == {"text"}:
                    texts = [c.text for c in request.contents]
                    inputs = processor(text=texts, return_tensors="pt", padding=True, truncation=True)
                    features = model.get_text_features(inputs["input_ids"], inputs["attention_mask"])
                else:
                    context.abort(grpc.StatusCode.INVALID_ARGUMENT, "contents: expected pictures or texts")
            features = getattr(features, "pooler_output", features).float()
            features = features / features.norm(dim=-1, keepdim=True)
            response = messages.EmbedResponse()
            for row in features.tolist():
                response.embeddings.add(values=row)
            response.stats.compute_time.FromNanoseconds(int((time.perf_counter() - start) * 1e9))
            return response

    limit = 64 << 20
    server = grpc.server(
        futures.ThreadPoolExecutor(max_workers=10),
        options=[("grpc.max_receive_message_length", limit), ("grpc.max_send_message_length", limit)],
    )
    services.add_EmbeddingServiceServicer_to_server(EmbeddingService(), server)
    server.add_insecure_port(f"localhost:{arguments.port}")
    server.start()
    print(f"listening on localhost:{arguments.port} ({arguments.dtype}, {arguments.threads} threads)", flush=True)
    server.wait_for_termination()


if __name__ == "__main__":
    main()
