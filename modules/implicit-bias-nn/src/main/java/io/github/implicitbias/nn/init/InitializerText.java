package io.github.implicitbias.nn.init;

import java.io.IOException;
import java.util.List;
import org.nd4j.shade.jackson.core.JsonFactory;
import org.nd4j.shade.jackson.databind.DeserializationFeature;
import org.nd4j.shade.jackson.databind.JavaType;
import org.nd4j.shade.jackson.databind.ObjectMapper;
import org.nd4j.shade.jackson.databind.cfg.MapperConfig;
import org.nd4j.shade.jackson.databind.json.JsonMapper;
import org.nd4j.shade.jackson.databind.jsontype.PolymorphicTypeValidator;
import org.nd4j.shade.jackson.dataformat.yaml.YAMLFactory;

/** Network initializers as text. */
enum InitializerText {
  JSON(new JsonFactory()),
  YAML(new YAMLFactory());

  private final ObjectMapper mapper;

  InitializerText(JsonFactory format) {
    mapper =
        JsonMapper.builder(format)
            .polymorphicTypeValidator(new WeightInitializersOnly())
            .enable(DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES)
            .enable(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
            .build();
  }

  String write(NetworkInitializer initializer) {
    try {
      return mapper.writerWithDefaultPrettyPrinter().writeValueAsString(initializer);
    } catch (IOException e) {
      throw new IllegalStateException(initializer + " cannot be written as " + this + ".", e);
    }
  }

  NetworkInitializer read(String text) {
    try {
      NetworkInitializer initializer = mapper.readValue(text, NetworkInitializer.class);
      if (initializer != null) {
        return initializer;
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "This is not the "
              + this
              + " of a network initializer; give what to"
              + (this == JSON ? "Json" : "Yaml")
              + "() returned. "
              + e.getMessage(),
          e);
    }
    throw new IllegalArgumentException(
        "There is no network initializer in this text; give what toJson() or toYaml() returned.");
  }

  /**
   * Weight initializers inside a network initializer carry the name of their class, as in the
   * configuration of a network. Text may come from anywhere: a class that is none of these is
   * refused by its name, before it is loaded.
   */
  private static final class WeightInitializersOnly extends PolymorphicTypeValidator.Base {

    private static final long serialVersionUID = 1L;

    private static final List<String> PACKAGES =
        List.of(
            "io.github.implicitbias.nn.init.",
            "org.deeplearning4j.nn.weights.",
            "org.deeplearning4j.nn.conf.distribution.");

    @Override
    public Validity validateSubClassName(MapperConfig<?> config, JavaType base, String name) {
      boolean known = PACKAGES.stream().anyMatch(name::startsWith) && !name.contains("<");
      return known ? Validity.ALLOWED : Validity.DENIED;
    }
  }
}
