package dev.sensorium.server.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sensorium.proto.v1.PromptTemplateList;
import dev.sensorium.proto.v1.PromptTemplates;
import dev.sensorium.server.ServiceException;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PromptSetsTest {

    private final PromptSets sets = new PromptSets();
    private final Violations violations = new Violations();

    @Test
    void knowsTheEightyAndTheSeven() {
        List<String> eighty = named("clip-imagenet-80");
        assertThat(eighty).hasSize(80).doesNotHaveDuplicates();
        assertThat(eighty).first().isEqualTo("a bad photo of a {}.");
        assertThat(eighty).last().isEqualTo("a tattoo of the {}.");
        assertThat(named("clip-imagenet-7")).hasSize(7).isSubsetOf(eighty);
        assertThat(eighty).allMatch(template -> template.split("\\{}", -1).length == 2);
    }

    @Test
    void namesTheSetsThatThereAre() {
        named("clip");
        assertFound("prompt_templates.name: \"clip\" (expected: clip-imagenet-7 or clip-imagenet-80)");
    }

    @Test
    void takesAListWithOnePlaceEach() {
        assertThat(listed(List.of("a {}", "{} and more"))).containsExactly("a {}", "{} and more");
        violations.raise("NONE");
    }

    @Test
    void refusesATemplateWithoutAPlaceOrWithTwo() {
        listed(List.of("a {}", "a photo", "{} {}"));
        assertFound("prompt_templates.list.templates[1]: \"a photo\" (expected: exactly one \"{}\") (and 1 more)");
    }

    @Test
    void refusesNoneAndTooMany() {
        listed(List.of());
        listed(Collections.nCopies(101, "{}"));
        assertFound("prompt_templates.list.templates: 0 templates (expected: 1 to 100) (and 1 more)");
    }

    @Test
    void refusesNoSource() {
        sets.templates(PromptTemplates.getDefaultInstance(), violations);
        assertFound("prompt_templates: no source is set (expected: name or list)");
    }

    @Test
    void putsTheTextInItsPlace() {
        assertThat(PromptSets.prompt("a photo of a {}.", "$1 {}")).isEqualTo("a photo of a $1 {}.");
    }

    private List<String> named(String name) {
        return sets.templates(PromptTemplates.newBuilder().setName(name).build(), violations);
    }

    private List<String> listed(List<String> templates) {
        PromptTemplateList list =
                PromptTemplateList.newBuilder().addAllTemplates(templates).build();
        return sets.templates(PromptTemplates.newBuilder().setList(list).build(), violations);
    }

    private void assertFound(String message) {
        assertThatThrownBy(() -> violations.raise("BAD"))
                .isInstanceOf(ServiceException.class)
                .hasMessage(message);
    }
}
