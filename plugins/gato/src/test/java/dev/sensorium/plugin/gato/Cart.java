package dev.sensorium.plugin.gato;

import dev.sensorium.spi.Policy.Action;
import dev.sensorium.spi.Policy.Observation;
import dev.sensorium.spi.Policy.Task;
import dev.sensorium.spi.Space;
import dev.sensorium.spi.Value.Numbers;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A pole on a cart, {@code CartPole} of environments.py, from a state near rest. */
final class Cart {

    static final int STEPS = 500;

    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final float MOST_X = 4.8f;
    private static final float MOST_ANGLE = 0.41887903f;

    private double x;
    private double speed;
    private double angle;
    private double spin;

    Cart(long seed) {
        Random random = new Random(seed);
        x = small(random);
        speed = small(random);
        angle = small(random);
        spin = small(random);
    }

    static Task task() {
        Space state = Space.Box.of(
                List.of(-MOST_X, -INFINITY, -MOST_ANGLE, -INFINITY), List.of(MOST_X, INFINITY, MOST_ANGLE, INFINITY));
        return Task.of("balance the pole", Map.of("state", state), Map.of("push", new Space.Discrete(2)));
    }

    Observation observe() {
        return Observation.of(Map.of("state", Numbers.of((float) x, (float) speed, (float) angle, (float) spin)));
    }

    /** Takes a step; returns whether the pole stands and the cart is in its place. */
    boolean step(Action action) {
        boolean right = Numbers.of(1).equals(action.values().get("push"));
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        double push = ((right ? 10 : -10) + 0.05 * spin * spin * sin) / 1.1;
        double spinChange = (9.8 * sin - cos * push) / (0.5 * (4.0 / 3 - 0.1 * cos * cos / 1.1));
        double speedChange = push - 0.05 * spinChange * cos / 1.1;
        x += 0.02 * speed;
        speed += 0.02 * speedChange;
        angle += 0.02 * spin;
        spin += 0.02 * spinChange;
        return Math.abs(x) <= 2.4 && Math.abs(angle) <= Math.toRadians(12);
    }

    private static double small(Random random) {
        return random.nextDouble() / 10 - 0.05;
    }
}
