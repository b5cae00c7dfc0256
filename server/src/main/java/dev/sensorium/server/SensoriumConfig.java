package dev.sensorium.server;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Everything that an operator can set, each key with its default. {@code server/CONFIGURATION.md} is its table, and
 * names the few keys of Quarkus that matter beside it (ports, TLS, log levels).
 *
 * <p>A key is set as a system property ({@code -Dsensorium.models-folder=/srv/models}), an environment variable
 * ({@code SENSORIUM_MODELS_FOLDER}) or in {@code config/application.properties}. Durations are written {@code 30S},
 * {@code 5M} or in ISO-8601, sizes {@code 512K}, {@code 64M}, {@code 2G}.
 */
@ConfigMapping(prefix = "sensorium")
public interface SensoriumConfig {

    /** The folder of models, {@code <name>/<version>/config.json} or {@code <name>/config.json} for one version. */
    @WithDefault("models")
    Path modelsFolder();

    /** The folder of plugins, {@code <name>/*.jar}. */
    @WithDefault("plugins")
    Path pluginsFolder();

    /** The devices that models are placed on, such as {@code cpu:0,gpu:0}: each on the one with the fewest bytes. */
    @WithDefault("cpu:0")
    List<String> devices();

    /**
     * The models, by name and in this order, that calls mean which name none though several would do, such as
     * {@code clip-vit-b32,blip-base}.
     */
    Optional<List<String>> defaultModels();

    /** Settings of a model by its name, such as {@code sensorium.model-settings."clip-vit-b32".dtype=bfloat16}. */
    Map<String, Map<String, String>> modelSettings();

    /** How models are loaded at start-up. */
    Loading loading();

    /** What requests may hold. */
    Limits limits();

    /** How requests are joined into batches. */
    Batching batching();

    /** How generations wait for their turn, are read, and outlive a broken connection. */
    Generation generation();

    /** How many episodes are played, and how patiently. */
    Policy policy();

    /** The cache of embeddings. */
    Cache cache();

    /** The store of uploaded contents. */
    Uploads uploads();

    /** The gRPC server's connections. */
    Grpc grpc();

    /** How the server stops. */
    Drain drain();

    /** How models are loaded at start-up. */
    interface Loading {

        /** How many models are loaded at the same time. */
        @WithDefault("2")
        int parallelism();
    }

    /** What requests may hold; more is refused before anything is allocated for it. */
    interface Limits {

        /** The most bytes of a message. */
        @WithDefault("64M")
        MemorySize messageBytes();

        /** The most contents of a batch. */
        @WithDefault("256")
        int batchContents();

        /** The most texts of a match. */
        @WithDefault("1000")
        int matchTexts();

        /** The most contents of a prompt, those of all its turns together. */
        @WithDefault("256")
        int promptContents();

        /** The most continuations of a prompt that are scored by one call. */
        @WithDefault("1000")
        int continuations();

        /** The most pictures that are drawn by one call. */
        @WithDefault("16")
        int pictures();

        /** The most bytes of one text in UTF-8. */
        @WithDefault("1M")
        MemorySize textBytes();

        /** The most calls that are under way at the same time. */
        @WithDefault("10000")
        int calls();

        /** The most items of one call that are queued, computed or waiting to be read at the same time. */
        @WithDefault("64")
        int itemsInFlight();

        /** The most pixels, width times height, of a picture or of one frame. */
        @WithDefault("67108864")
        long pixels();

        /** The greatest width or height of a picture, in pixels. */
        @WithDefault("32768")
        int side();

        /** The most frames of a video. */
        @WithDefault("3600")
        int frames();

        /** How long a video may be, in seconds, as its file or its frames' rate says. */
        @WithDefault("600")
        int seconds();
    }

    /** How requests are joined into batches. */
    interface Batching {

        /** The most rows of a batch. A text or a picture is one row, a video one per frame that is looked at. */
        @WithDefault("32")
        int maxRows();

        /** How long a batch waits to be filled; 0 runs what is waiting. */
        @WithDefault("0")
        Duration maxDelay();

        /** How many items may wait for a model; calls beyond are turned away with RESOURCE_EXHAUSTED. */
        @WithDefault("1024")
        int queueLength();

        /** How many rows are prepared ahead while the device is busy; at least max-rows. */
        @WithDefault("128")
        int prepareAhead();

        /** How many batches run on a CPU at the same time. */
        @WithDefault("1")
        int runsPerCpu();

        /** How many batches run on a GPU at the same time. */
        @WithDefault("1")
        int runsPerGpu();

        /** The threads that read and preprocess contents; 0 for one per core. */
        @WithDefault("0")
        int workerThreads();
    }

    /** How generations wait for their turn, are read, and outlive a broken connection; pictures likewise, but the last. */
    interface Generation {

        /**
         * How many generations, and how many pictures, a model is given at the same time; those that find no slot there
         * wait there.
         */
        @WithDefault("64")
        int live();

        /** How many more may wait for a model; calls beyond are turned away with RESOURCE_EXHAUSTED. */
        @WithDefault("256")
        int queueLength();

        /** How long a client may take in nothing of a stream that has something for it. */
        @WithDefault("60S")
        Duration readerIdle();

        /** The longest time for which a request may ask to outlive a broken connection; 0 for none. */
        @WithDefault("30S")
        Duration resumeWindow();

        /** The most responses of a generation that are kept to be sent again. */
        @WithDefault("4096")
        int resumeResponses();

        /** The most bytes of these responses. */
        @WithDefault("1M")
        MemorySize resumeBytes();

        /** How many finished generations are kept for clients who may not have read the end. */
        @WithDefault("256")
        int resumeFinished();
    }

    /** How many episodes are played, and how patiently. */
    interface Policy {

        /** How many episodes of a model are open at the same time; calls beyond are turned away. */
        @WithDefault("256")
        int episodes();

        /** How long a client may neither send what is next nor read what is there. */
        @WithDefault("60S")
        Duration clientIdle();
    }

    /** The cache of embeddings. */
    interface Cache {

        /** The most bytes that it holds; 0 for no cache. */
        @WithDefault("256M")
        MemorySize maxBytes();

        /** How long an embedding is kept. */
        @WithDefault("1H")
        Duration timeToLive();
    }

    /** The store of uploaded contents. */
    interface Uploads {

        /** The most bytes of one upload. */
        @WithDefault("64M")
        MemorySize maxUploadBytes();

        /** The most bytes of all uploads; the oldest make room. */
        @WithDefault("256M")
        MemorySize maxBytes();
    }

    /** The gRPC server's connections. */
    interface Grpc {

        /** The most calls at the same time on one connection. */
        @WithDefault("256")
        int maxConcurrentCalls();

        /** The most bytes of a call's headers. */
        @WithDefault("16K")
        MemorySize maxHeaderBytes();

        /** How long a connection may be silent before the server asks whether it is alive. */
        @WithDefault("2M")
        Duration keepAliveTime();

        /** How long the answer may take before the connection is closed. */
        @WithDefault("20S")
        Duration keepAliveTimeout();

        /** How often a client may ask whether the server is alive; one that asks more often is disconnected. */
        @WithDefault("10S")
        Duration permitKeepAliveTime();

        /** How long a connection without calls is kept. */
        @WithDefault("30M")
        Duration maxConnectionIdle();

        /** How long a connection is used for new calls, so that clients spread over servers again. */
        @WithDefault("1H")
        Duration maxConnectionAge();

        /** How long calls may go on after that. */
        @WithDefault("1H")
        Duration maxConnectionAgeGrace();

        /** How many calls a client may reset within the window; one that resets more is disconnected. */
        @WithDefault("400")
        int maxResets();

        /** The window in which resets are counted. */
        @WithDefault("30S")
        Duration resetWindow();
    }

    /** How the server stops. */
    interface Drain {

        /** How long calls in flight may take to finish after SIGTERM. */
        @WithDefault("30S")
        Duration timeout();
    }
}
