package dev.sensorium.client.environment;

import dev.sensorium.client.Action;
import dev.sensorium.client.Observation;
import dev.sensorium.client.Space;
import dev.sensorium.client.Value;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;

/** A pole on a cart (Barto, Sutton and Anderson 1983; Gymnasium's CartPole-v1, Euler steps of 0.02 s). */
final class CartPole implements Environment {

    private static final int STEPS = 500;
    private static final double TIME = 0.02;
    private static final double FORCE = 10;
    private static final double GRAVITY = 9.8;
    private static final double POLE_MASS = 0.1;
    private static final double TOTAL_MASS = 1.1;
    private static final double HALF_LENGTH = 0.5;
    private static final double MOST_X = 2.4;
    private static final double MOST_ANGLE = 12 * 2 * Math.PI / 360;

    private static final float INFINITY = Float.POSITIVE_INFINITY;
    private static final List<Float> HIGH = List.of(4.8f, INFINITY, 0.41887903f, INFINITY);
    private static final List<Float> LOW = List.of(-4.8f, -INFINITY, -0.41887903f, -INFINITY);

    private double x;
    private double speed;
    private double angle;
    private double spin;
    private int steps;
    private boolean fallen;

    /** The state: position, velocity, angle, angular velocity. */
    @Override
    public Map<String, Space> observationSpaces() {
        return Map.of("state", Space.Box.of(LOW, HIGH));
    }

    /** 0 pushes left, 1 right. */
    @Override
    public Map<String, Space> actionSpaces() {
        return Map.of("push", new Space.Discrete(2));
    }

    @Override
    public String instruction() {
        return "balance the pole";
    }

    @Override
    public Observation reset(long seed) {
        Draws draws = new Draws(seed);
        x = draws.uniform(-0.05, 0.05);
        speed = draws.uniform(-0.05, 0.05);
        angle = draws.uniform(-0.05, 0.05);
        spin = draws.uniform(-0.05, 0.05);
        steps = 0;
        fallen = false;
        return observe();
    }

    @Override
    public Step step(Action action) {
        move(action.integer("push") == 1 ? FORCE : -FORCE);
        steps++;
        fallen = Math.abs(x) > MOST_X || Math.abs(angle) > MOST_ANGLE;
        return new Step(observe().withReward(1), 1, fallen, !fallen && steps >= STEPS);
    }

    private void move(double force) {
        double cos = Math.cos(angle);
        double sin = Math.sin(angle);
        double pole = POLE_MASS * HALF_LENGTH;
        double push = (force + pole * spin * spin * sin) / TOTAL_MASS;
        double inertia = HALF_LENGTH * (4.0 / 3.0 - POLE_MASS * cos * cos / TOTAL_MASS);
        double spinChange = (GRAVITY * sin - cos * push) / inertia;
        double speedChange = push - pole * spinChange * cos / TOTAL_MASS;
        x += TIME * speed;
        speed += TIME * speedChange;
        angle += TIME * spin;
        spin += TIME * spinChange;
    }

    private Observation observe() {
        return Observation.of(Map.of("state", Value.numbers((float) x, (float) speed, (float) angle, (float) spin)));
    }

    @Override
    public boolean success() {
        return !fallen && steps >= STEPS;
    }

    @Override
    public int stepsPerSecond() {
        return 50;
    }

    @Override
    public BufferedImage render() {
        double cart = 0.5 + x / MOST_X * 0.45;
        double ground = 0.3;
        return new Canvas()
                .line(0, ground - 0.06, 1, ground - 0.06, 0.008, Canvas.INK)
                .line(cart - 0.09, ground, cart + 0.09, ground, 0.09, Canvas.INK)
                .line(
                        cart,
                        ground,
                        cart + 0.5 * Math.sin(angle),
                        ground + 0.5 * Math.cos(angle),
                        0.035,
                        new Color(214, 120, 40))
                .circle(cart, ground, 0.022, Canvas.PAPER)
                .image();
    }
}
