package io.github.implicitbias.samples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static java.util.stream.Collectors.counting;
import static java.util.stream.Collectors.groupingBy;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.domain.JavaPackage;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import io.github.implicitbias.core.metric.Metric;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.jspecify.annotations.NullMarked;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Who may use whom, as docs/architecture.md says, and what every package says of nulls. */
class ArchitectureTest {

  private static final String RUN = "io.github.implicitbias.run..";
  private static final String CORE = "io.github.implicitbias.core..";
  private static final String PREDICTIONS = "io.github.implicitbias.predictions..";
  private static final String TESTKIT = "io.github.implicitbias.testkit..";
  private static final String NN = "io.github.implicitbias.nn..";
  private static final String LISTENER = "io.github.implicitbias.listener..";
  private static final String PAGE = "io.github.implicitbias.page..";
  private static final String UI = "io.github.implicitbias.ui..";
  private static final String LAB = "io.github.implicitbias.lab..";
  private static final String SAMPLES = "io.github.implicitbias.samples..";

  /** Each part, with the parts of ours that it may use. */
  private static final Map<String, List<String>> ARROWS =
      Map.of(
          RUN, List.of(),
          CORE, List.of(RUN),
          PREDICTIONS, List.of(CORE, RUN),
          TESTKIT, List.of(CORE, RUN),
          NN, List.of(CORE, RUN),
          LISTENER, List.of(PREDICTIONS, CORE, RUN),
          PAGE, List.of(RUN),
          UI, List.of(PAGE, LISTENER, PREDICTIONS, CORE, RUN),
          LAB, List.of(UI, PAGE, LISTENER, NN, PREDICTIONS, CORE, RUN),
          SAMPLES, List.of(LAB, UI, PAGE, LISTENER, NN, PREDICTIONS, CORE, RUN));

  /**
   * How many public top-level types there may be. Who adds one hides another, or says in the change
   * why the library is easier to use with one more. {@code TensorBoard} is another form in which a
   * run leaves. Of the four before, {@code Trigger} and {@code Action} are what a user says with
   * {@code when(...)}, {@code EarlyStopping} is what Deeplearning4j's trainer asks, and {@code
   * TriggerWatch} is how the engine reaches what is private to triggers.
   */
  private static final int MOST_PUBLIC_TYPES = 178;

  private static JavaClasses ours;

  @BeforeAll
  static void read() {
    ours =
        new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.github.implicitbias");
    for (String part : ARROWS.keySet()) {
      assertFalse(ours.that(resideInAPackage(part)).isEmpty(), part + " was read");
    }
  }

  @Test
  void everyPart_usesOnlyTheOnesBelowIt() {
    for (Map.Entry<String, List<String>> part : ARROWS.entrySet()) {
      Set<String> forbidden = new TreeSet<>(ARROWS.keySet());
      forbidden.remove(part.getKey());
      forbidden.removeAll(part.getValue());
      noClasses()
          .that()
          .resideInAPackage(part.getKey())
          .should()
          .dependOnClassesThat()
          .resideInAnyPackage(forbidden.toArray(new String[0]))
          .check(ours);
    }
  }

  @Test
  void whatNeedsNoDl4j_knowsNoDl4j() {
    noClasses()
        .that()
        .resideInAnyPackage(RUN, CORE, PREDICTIONS, TESTKIT, PAGE)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("org.deeplearning4j..", "org.nd4j..", "org.bytedeco..")
        .check(ours);
  }

  @Test
  void onlyUi_knowsVertx() {
    noClasses()
        .that()
        .resideOutsideOfPackage(UI)
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("io.vertx..", "io.netty..", "org.deeplearning4j.ui.api..")
        .check(ours);
  }

  @Test
  void onlyTheLaboratory_draws() {
    noClasses()
        .that()
        .resideOutsideOfPackage("io.github.implicitbias.lab.figure")
        .should()
        .dependOnClassesThat()
        .haveNameMatching("java\\.awt\\.(Graphics.*|Font.*|geom\\..*)")
        .check(ours);
  }

  @Test
  void packagesOfTheLaboratory_haveNoCircle() {
    slices().matching("io.github.implicitbias.lab.(*)..").should().beFreeOfCycles().check(ours);
  }

  @Test
  void samples_haveNoLossLayerInitializerOrMetricOfTheirOwn() {
    DescribedPredicate<JavaClass> piece =
        assignableTo(ILossFunction.class)
            .or(assignableTo(IActivation.class))
            .or(assignableTo(IWeightInit.class))
            .or(assignableTo(IUpdater.class))
            .or(assignableTo(Metric.class))
            .or(assignableTo(org.deeplearning4j.nn.conf.layers.Layer.class))
            .or(assignableTo(org.deeplearning4j.nn.api.Layer.class))
            .as("a piece of a network, or a metric");
    classes().that(piece).should().resideOutsideOfPackage(SAMPLES).check(ours);
  }

  @Test
  void everyPackage_saysWhatMayBeNull() {
    classes().should(lieInAPackageThatIsNullMarked()).check(ours);
  }

  private static ArchCondition<JavaClass> lieInAPackageThatIsNullMarked() {
    return new ArchCondition<>("lie in a package whose package-info is @NullMarked") {
      @Override
      public void check(JavaClass one, ConditionEvents events) {
        JavaPackage where = one.getPackage();
        boolean marked =
            where.tryGetPackageInfo().isPresent() && where.isAnnotatedWith(NullMarked.class);
        events.add(
            new SimpleConditionEvent(
                one, marked, one.getName() + " lies in a package that is not @NullMarked"));
      }
    };
  }

  /** Not all modules are seen from here, but the sources of all lie beside one another. */
  @Test
  void everyPackageOfTheSources_saysWhatMayBeNull() throws IOException {
    Set<Path> packages = new TreeSet<>();
    Set<Path> marked = new TreeSet<>();
    try (DirectoryStream<Path> modules = Files.newDirectoryStream(Path.of("../modules"))) {
      for (Path module : modules) {
        Path sources = module.resolve("src/main/java");
        if (Files.isDirectory(sources)) {
          look(sources, packages, marked);
        }
      }
    }
    assertTrue(packages.contains(Path.of("io/github/implicitbias/benchmarks")), "were read");
    packages.removeAll(marked);
    assertEquals(Set.of(), packages, "without a package-info that is @NullMarked");
  }

  private static void look(Path sources, Set<Path> packages, Set<Path> marked) throws IOException {
    try (Stream<Path> files = Files.walk(sources)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".java")).toArray(Path[]::new)) {
        Path name = sources.relativize(file.getParent());
        packages.add(name);
        if (file.endsWith("package-info.java")
            && Files.readString(file).contains("\n@NullMarked\npackage ")) {
          marked.add(name);
        }
      }
    }
  }

  private static List<JavaClass> publicTypes() {
    return ours.stream()
        .filter(type -> type.isTopLevelClass() && type.getModifiers().contains(PUBLIC))
        .sorted(Comparator.comparing(JavaClass::getName))
        .collect(Collectors.toList());
  }

  @Test
  void publicTypes_areNoMoreThanTheyWere() {
    Map<String, Long> perPackage =
        publicTypes().stream()
            .collect(groupingBy(JavaClass::getPackageName, TreeMap::new, counting()));
    int all = publicTypes().size();
    assertTrue(all <= MOST_PUBLIC_TYPES, () -> all + " public types: " + perPackage);
  }

  /**
   * A public type is used by another package, handed out by a method of another public type, or
   * found in the documentation; what is for tests has its users there.
   */
  @Test
  void publicTypes_areUsedByAnotherPackage_orHandedOut_orDocumented() throws IOException {
    String documentation = documentation();
    List<String> unused =
        publicTypes().stream()
            .filter(type -> !type.getPackageName().equals("io.github.implicitbias.testkit"))
            .filter(type -> !isUsedElsewhere(type) && !isHandedOut(type))
            .filter(type -> !documentation.contains(type.getSimpleName()))
            .map(JavaClass::getName)
            .collect(Collectors.toList());
    assertEquals(
        List.of(),
        unused,
        "are public, and neither used elsewhere, nor handed out, nor documented");
  }

  private static boolean isUsedElsewhere(JavaClass type) {
    return type.getDirectDependenciesToSelf().stream()
        .anyMatch(use -> !use.getOriginClass().getPackageName().equals(type.getPackageName()));
  }

  private static boolean isHandedOut(JavaClass type) {
    return publicTypes().stream()
        .filter(other -> !other.equals(type))
        .flatMap(other -> other.getMethods().stream())
        .filter(method -> method.getModifiers().contains(PUBLIC))
        .anyMatch(method -> method.getReturnType().getAllInvolvedRawTypes().contains(type));
  }

  private static String documentation() throws IOException {
    StringBuilder text = new StringBuilder(Files.readString(Path.of("../README.md")));
    try (Stream<Path> files = Files.walk(Path.of("../docs"))) {
      for (Path file : files.filter(f -> f.toString().endsWith(".md")).toArray(Path[]::new)) {
        text.append(Files.readString(file));
      }
    }
    return text.toString();
  }

  @Test
  void nothing_isOutsideTheKnownParts() {
    classes().should().resideInAnyPackage(ARROWS.keySet().toArray(new String[0])).check(ours);
  }
}
