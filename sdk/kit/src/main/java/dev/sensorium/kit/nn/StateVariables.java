package dev.sensorium.kit.nn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Session;
import org.tensorflow.Tensor;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.Placeholder;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.family.TNumber;

/** The variables of a network under construction that begin as zeros and that its runs change. */
final class StateVariables {

    private final Ops tf;
    private final List<Zeros<?>> variables = new ArrayList<>();

    /**
     * What fills a variable.
     *
     * @param zero what it is filled with; each has one of its own, or TensorFlow would give equal variables the same memory
     * @param assignment fills it
     */
    private record Zeros<T extends TNumber>(Class<T> type, Placeholder<T> zero, Op assignment) {}

    StateVariables(Ops tf) {
        this.tf = tf;
    }

    /** Returns the handle of a new variable. */
    <T extends TNumber> VarHandleOp declare(Class<T> type, long... shape) {
        // Variables of one shared name would be one variable.
        String name = "state-" + variables.size();
        VarHandleOp handle = tf.varHandleOp(type, Shape.of(shape), VarHandleOp.sharedName(name));
        Placeholder<T> zero = tf.placeholder(type, Placeholder.shape(Shape.scalar()));
        Op assignment = tf.assignVariableOp(handle, tf.fill(tf.constant(shape), zero));
        variables.add(new Zeros<>(type, zero, assignment));
        return handle;
    }

    /** Fills the variables with zeros, all in one run: each run of its own takes as long as the whole graph is large. */
    void initialise(Session session) {
        if (variables.isEmpty()) {
            return;
        }
        List<Tensor> zeros = new ArrayList<>();
        try {
            Session.Runner runner = session.runner();
            for (Zeros<?> variable : variables) {
                Tensor zero = Tensor.of(variable.type(), Shape.scalar());
                TensorTypes.address(zero).limit(zero.numBytes()).zero();
                zeros.add(zero);
                runner.feed(variable.zero(), zero).addTarget(variable.assignment());
            }
            runner.run().close();
        } finally {
            zeros.forEach(Tensor::close);
        }
        variables.clear();
    }
}
