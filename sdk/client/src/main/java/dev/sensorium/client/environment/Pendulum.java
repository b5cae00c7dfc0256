package dev.sensorium.client.environment;

import dev.sensorium.client.Action;
import dev.sensorium.client.Observation;
import dev.sensorium.client.Space;
import dev.sensorium.client.Value;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.List;
import java.util.Map;

/** A pendulum that is too heavy to be lifted at once (Gymnasium's Pendulum-v1, g = 10). */
final class Pendulum implements Environment {

    private static final int STEPS = 200;
    private static final double TIME = 0.05;
    private static final double GRAVITY = 10;
    private static final double MOST_SPIN = 8;
    private static final double MOST_TORQUE = 2;

    /** How far from upright it may be in its last second, in radians, and how many steps that is. */
    private static final double UPRIGHT = 0.25;

    private static final int STANDING = 20;

    private double angle;
    private double spin;
    private double torque;
    private int steps;
    private int standing;

    /** Cosine and sine of the angle, which is 0 when upright, and angular velocity. */
    @Override
    public Map<String, Space> observationSpaces() {
        return Map.of("state", Space.Box.of(List.of(-1f, -1f, -8f), List.of(1f, 1f, 8f)));
    }

    @Override
    public Map<String, Space> actionSpaces() {
        return Map.of("torque", Space.Box.of(1, -2, 2));
    }

    @Override
    public String instruction() {
        return "swing up the pendulum";
    }

    @Override
    public Observation reset(long seed) {
        Draws draws = new Draws(seed);
        angle = draws.uniform(-Math.PI, Math.PI);
        spin = draws.uniform(-1, 1);
        torque = 0;
        steps = 0;
        standing = 0;
        return observe();
    }

    @Override
    public Step step(Action action) {
        torque = clamp(action.numbers("torque").get(0), MOST_TORQUE);
        double bent = bent();
        double cost = bent * bent + 0.1 * spin * spin + 0.001 * torque * torque;
        spin = clamp(spin + (1.5 * GRAVITY * Math.sin(angle) + 3 * torque) * TIME, MOST_SPIN);
        angle += spin * TIME;
        steps++;
        standing = Math.abs(bent()) < UPRIGHT ? standing + 1 : 0;
        return new Step(observe().withReward(-cost), -cost, false, steps >= STEPS);
    }

    /** Returns the angle from -pi to pi. */
    private double bent() {
        double turned = (angle + Math.PI) % (2 * Math.PI);
        return (turned < 0 ? turned + 2 * Math.PI : turned) - Math.PI;
    }

    private static double clamp(double value, double most) {
        return Math.min(most, Math.max(-most, value));
    }

    private Observation observe() {
        return Observation.of(
                Map.of("state", Value.numbers((float) Math.cos(angle), (float) Math.sin(angle), (float) spin)));
    }

    /** It stands at the end, and has for a second. */
    @Override
    public boolean success() {
        return steps >= STEPS && standing >= STANDING;
    }

    @Override
    public int stepsPerSecond() {
        return 20;
    }

    @Override
    public BufferedImage render() {
        double x = 0.5 - 0.38 * Math.sin(angle);
        double y = 0.5 + 0.38 * Math.cos(angle);
        double push = 0.5 - 0.12 * torque;
        return new Canvas()
                .line(0.5, 0.08, push, 0.08, 0.03, new Color(60, 120, 200))
                .line(0.5, 0.5, x, y, 0.07, new Color(200, 60, 50))
                .circle(0.5, 0.5, 0.03, Canvas.INK)
                .image();
    }
}
