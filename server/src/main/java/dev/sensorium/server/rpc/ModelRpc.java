package dev.sensorium.server.rpc;

import dev.sensorium.proto.v1.GetModelRequest;
import dev.sensorium.proto.v1.GetModelResponse;
import dev.sensorium.proto.v1.ListModelsRequest;
import dev.sensorium.proto.v1.ListModelsResponse;
import dev.sensorium.proto.v1.ModelServiceGrpc;
import dev.sensorium.server.registry.ModelRegistry;
import dev.sensorium.server.registry.ModelStatus;
import io.grpc.BindableService;
import io.grpc.ServerServiceDefinition;
import io.grpc.stub.StreamObserver;
import io.quarkus.grpc.GrpcService;
import java.util.List;

/** Tells which models there are; from memory, so on the event loop. */
@GrpcService
class ModelRpc implements BindableService {

    private final ModelRegistry registry;

    ModelRpc(ModelRegistry registry) {
        this.registry = registry;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return StrictService.of(new Methods());
    }

    private final class Methods extends ModelServiceGrpc.ModelServiceImplBase {

        @Override
        public void listModels(ListModelsRequest request, StreamObserver<ListModelsResponse> response) {
            ModelPage page = ModelPage.of(request);
            List<ModelStatus> rest =
                    registry.models().stream().filter(page::isAfterToken).toList();
            List<ModelStatus> models = rest.stream().limit(page.size()).toList();
            ListModelsResponse.Builder answer = ListModelsResponse.newBuilder();
            models.stream().map(ModelMessages::model).forEach(answer::addModels);
            if (models.size() < rest.size()) {
                answer.setNextPageToken(ModelPage.tokenAfter(models.get(models.size() - 1)));
            }
            if (page.isFirst()) {
                registry.plugins().stream().map(ModelMessages::plugin).forEach(answer::addPlugins);
            }
            response.onNext(answer.build());
            response.onCompleted();
        }

        @Override
        public void getModel(GetModelRequest request, StreamObserver<GetModelResponse> response) {
            ModelStatus model = registry.model(request.getModel());
            response.onNext(GetModelResponse.newBuilder()
                    .setModel(ModelMessages.model(model))
                    .build());
            response.onCompleted();
        }
    }
}
