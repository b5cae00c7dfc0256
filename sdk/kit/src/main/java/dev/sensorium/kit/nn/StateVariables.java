package dev.sensorium.kit.nn;

import java.util.ArrayList;
import java.util.List;
import org.tensorflow.Session;
import org.tensorflow.ndarray.Shape;
import org.tensorflow.op.Op;
import org.tensorflow.op.Ops;
import org.tensorflow.op.core.VarHandleOp;
import org.tensorflow.types.family.TNumber;

/** The variables of a network under construction that begin as zeros and that its runs change. */
final class StateVariables {

    private final Ops tf;
    private final List<Op> assignments = new ArrayList<>();

    StateVariables(Ops tf) {
        this.tf = tf;
    }

    /** Returns the handle of a new variable. */
    VarHandleOp declare(Class<? extends TNumber> type, long... shape) {
        // Variables of one shared name would be one variable.
        String name = "state-" + assignments.size();
        VarHandleOp handle = tf.varHandleOp(type, Shape.of(shape), VarHandleOp.sharedName(name));
        assignments.add(tf.assignVariableOp(handle, tf.zeros(tf.constant(shape), type)));
        return handle;
    }

    /** Fills the variables with zeros, each in a run of its own: in one run, equal ones would share their memory. */
    void initialise(Session session) {
        assignments.forEach(
                assignment -> session.runner().addTarget(assignment).run().close());
        assignments.clear();
    }
}
