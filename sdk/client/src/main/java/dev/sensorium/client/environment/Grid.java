package dev.sensorium.client.environment;

import dev.sensorium.client.Action;
import dev.sensorium.client.Observation;
import dev.sensorium.client.Space;
import dev.sensorium.client.Value;
import java.awt.Color;
import java.awt.image.BufferedImage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Three coloured shapes on 6 x 6 cells; the agent is to go to the one that the instruction names. */
final class Grid implements Environment {

    private static final int SIDE = 6;
    private static final int OBJECTS = 3;
    private static final int STEPS = 24;
    private static final List<String> COLORS = List.of("red", "green", "blue", "yellow");
    private static final List<Color> PAINTS =
            List.of(new Color(214, 48, 49), new Color(40, 160, 70), new Color(45, 90, 210), new Color(240, 190, 30));
    private static final List<String> SHAPES = List.of("circle", "square", "triangle", "star");
    private static final int[][] MOVES = {{1, 0}, {-1, 0}, {0, 1}, {0, -1}};

    private int agentX;
    private int agentY;
    private List<Integer> places = List.of();
    private List<Integer> kinds = List.of();
    private int goal;
    private int steps;

    /** Of each object its kind (4 * colour + shape), then x and y seen from the agent, plus 5. */
    @Override
    public Map<String, Space> observationSpaces() {
        List<Integer> sizes = new ArrayList<>();
        for (int i = 0; i < OBJECTS; i++) {
            sizes.addAll(List.of(COLORS.size() * SHAPES.size(), 2 * SIDE - 1, 2 * SIDE - 1));
        }
        return Map.of("objects", new Space.MultiDiscrete(sizes));
    }

    /** 0 goes right (x + 1), 1 left, 2 down (y + 1), 3 up. */
    @Override
    public Map<String, Space> actionSpaces() {
        return Map.of("move", new Space.Discrete(MOVES.length));
    }

    @Override
    public String instruction() {
        int kind = kinds.isEmpty() ? 0 : kinds.get(goal);
        return "go to the %s %s".formatted(COLORS.get(kind / SHAPES.size()), SHAPES.get(kind % SHAPES.size()));
    }

    @Override
    public Observation reset(long seed) {
        Draws draws = new Draws(seed);
        List<Integer> cells = draws.distinct(1 + OBJECTS, SIDE * SIDE);
        agentX = cells.get(0) % SIDE;
        agentY = cells.get(0) / SIDE;
        places = cells.subList(1, cells.size());
        kinds = draws.distinct(OBJECTS, COLORS.size() * SHAPES.size());
        goal = draws.below(OBJECTS);
        steps = 0;
        return observe();
    }

    @Override
    public Step step(Action action) {
        int[] move = MOVES[action.integer("move")];
        agentX = Math.min(SIDE - 1, Math.max(0, agentX + move[0]));
        agentY = Math.min(SIDE - 1, Math.max(0, agentY + move[1]));
        steps++;
        double reward = success() ? 1 - 0.9 * steps / STEPS : 0;
        return new Step(observe().withReward(reward), reward, success(), !success() && steps >= STEPS);
    }

    private Observation observe() {
        float[] numbers = new float[3 * OBJECTS];
        for (int i = 0; i < OBJECTS; i++) {
            numbers[3 * i] = kinds.get(i);
            numbers[3 * i + 1] = places.get(i) % SIDE - agentX + SIDE - 1;
            numbers[3 * i + 2] = places.get(i) / SIDE - agentY + SIDE - 1;
        }
        return Observation.of(Map.of("objects", Value.numbers(numbers)));
    }

    @Override
    public boolean success() {
        return !places.isEmpty() && places.get(goal) == SIDE * agentY + agentX;
    }

    @Override
    public int stepsPerSecond() {
        return 4;
    }

    @Override
    public BufferedImage render() {
        Canvas canvas = new Canvas();
        Color lines = new Color(205, 205, 200);
        for (int i = 0; i <= SIDE; i++) {
            double at = i / (double) SIDE;
            canvas.line(at, 0, at, 1, 0.006, lines).line(0, at, 1, at, 0.006, lines);
        }
        for (int i = 0; i < OBJECTS; i++) {
            double radius = 0.38 / SIDE;
            Color paint = PAINTS.get(kinds.get(i) / SHAPES.size());
            double x = center(places.get(i) % SIDE);
            double y = 1 - center(places.get(i) / SIDE);
            switch (kinds.get(i) % SHAPES.size()) {
                case 0 -> canvas.circle(x, y, radius, paint);
                case 1 -> canvas.polygon(x, y, Math.PI / 4, paint, radius, radius, radius, radius);
                case 2 -> canvas.polygon(x, y, 0, paint, radius, radius, radius);
                default -> star(canvas, x, y, radius, paint);
            }
        }
        return canvas.circle(center(agentX), 1 - center(agentY), 0.2 / SIDE, Canvas.INK)
                .image();
    }

    private static void star(Canvas canvas, double x, double y, double radius, Color paint) {
        double inner = 0.42 * radius;
        canvas.polygon(x, y, 0, paint, radius, inner, radius, inner, radius, inner, radius, inner, radius, inner);
    }

    private static double center(int cell) {
        return (cell + 0.5) / SIDE;
    }
}
