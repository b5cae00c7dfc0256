package dev.sensorium.cli.convert;

import java.util.Arrays;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** A type of numbers: what PyTorch calls its storage, and safetensors the type. */
enum TorchType {
    F64("torch.DoubleStorage", 8),
    F32("torch.FloatStorage", 4),
    F16("torch.HalfStorage", 2),
    BF16("torch.BFloat16Storage", 2),
    I64("torch.LongStorage", 8),
    I32("torch.IntStorage", 4),
    I16("torch.ShortStorage", 2),
    I8("torch.CharStorage", 1),
    U8("torch.ByteStorage", 1),
    BOOL("torch.BoolStorage", 1);

    private final String storage;
    private final int bytes;

    TorchType(String storage, int bytes) {
        this.storage = storage;
        this.bytes = bytes;
    }

    /** Returns all types by the names of their storages. */
    static Map<String, TorchType> byStorage() {
        return Arrays.stream(values()).collect(Collectors.toMap(type -> type.storage, Function.identity()));
    }

    int bytes() {
        return bytes;
    }
}
