package io.github.implicitbias.samples;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.assignableTo;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertFalse;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import io.github.implicitbias.core.metric.Metric;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.deeplearning4j.nn.weights.IWeightInit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.activations.IActivation;
import org.nd4j.linalg.learning.config.IUpdater;
import org.nd4j.linalg.lossfunctions.ILossFunction;

/** Who may use whom, as docs/architecture.md says. */
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
  void nothing_isOutsideTheKnownParts() {
    classes().should().resideInAnyPackage(ARROWS.keySet().toArray(new String[0])).check(ours);
  }
}
