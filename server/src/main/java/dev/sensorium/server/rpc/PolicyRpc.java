package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.ActRequest;
import dev.sensorium.proto.v1.ActResponse;
import dev.sensorium.proto.v1.PolicyServiceGrpc;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.ServerCallStreamObserver;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import jakarta.inject.Inject;

/** PolicyService on the wire. */
@GrpcService
public class PolicyRpc implements BindableService {

    private final PolicyTools tools;
    private final CallPool calls;

    @Inject
    PolicyRpc(PolicyTools tools, CallPool calls) {
        this.tools = tools;
        this.calls = calls;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return StrictService.of(new Methods());
    }

    private final class Methods extends PolicyServiceGrpc.PolicyServiceImplBase {

        @Override
        public StreamObserver<ActRequest> act(StreamObserver<ActResponse> observer) {
            Call<ActResponse> call = calls.begin(observer);
            return ActCall.start(tools, call, (ServerCallStreamObserver<ActResponse>) observer);
        }
    }
}
