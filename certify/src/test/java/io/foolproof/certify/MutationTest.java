package io.foolproof.certify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.foolproof.certify.proof.Claim;
import io.foolproof.certify.proof.Proof;
import io.foolproof.certify.proof.Tree;
import io.foolproof.certify.search.Deadline;
import io.foolproof.checker.Checker;
import io.foolproof.checker.UncheckableException;
import io.foolproof.checker.Verdict;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificates that were changed, and certificates of what is not so. */
@Tag("slow")
class MutationTest {
  /** The largest value of the net's output over the box is a little below this, */
  private static final String LIMIT = "0.6";

  /** and above this. */
  private static final String BELOW = "0.49";

  @TempDir Path folder;
  private Trial trial;
  private Proof proof;

  @BeforeEach
  void proved() throws IOException {
    byte[] net = SmallNets.random("mutant", 3, 10, 10, 1);
    trial = new Trial(folder, net, specification());
    proof =
        trial.searched(
            2,
            search -> {
              search.bound(Deadline.in(20));
              search.split(Integer.MAX_VALUE, Deadline.in(20));
            });
    Verdict verdict = trial.check(proof);
    assertThat(verdict.proved()).isTrue();
    assertThat(verdict.leaves()).isGreaterThan(verdict.claims() + 4);
  }

  private static String specification() {
    return Trial.specification(3, 1, "-1", "1", "(>= Y_0 %s)".formatted(LIMIT));
  }

  private static boolean isRefused(Path net, Path specification, Path certificate)
      throws IOException {
    try {
      return !Checker.check(net, specification, certificate).proved();
    } catch (UncheckableException e) {
      assertThat(e.getMessage()).doesNotContain("\n");
      return true;
    }
  }

  private interface Change {
    Claim of(Claim claim);
  }

  private Verdict changed(Change change) throws IOException {
    return trial.check(proof.mapped(change::of));
  }

  /** Changes the first split, in the claim that the property does not happen. */
  private static Tree withFirstSplit(Tree tree, Function<Tree.Split, Tree> with) {
    return tree instanceof Tree.Split split ? with.apply(split) : tree;
  }

  private static Claim excluded(Claim claim, Function<Tree.Split, Tree> with) {
    return claim instanceof Claim.Excluded e
        ? new Claim.Excluded(e.which(), withFirstSplit(e.tree(), with))
        : claim;
  }

  @Test
  void aFlippedSplitIsRefused() throws IOException {
    Verdict verdict =
        changed(
            claim ->
                excluded(
                    claim,
                    s -> new Tree.Split(s.rectifier(), s.neuron(), s.inactive(), s.active())));
    assertThat(verdict.proved()).isFalse();
  }

  @Test
  void aDroppedLeafIsRefused() throws IOException {
    assertThat(changed(claim -> excluded(claim, s -> raised(s.active()))).proved()).isFalse();
    assertThat(changed(claim -> excluded(claim, s -> raised(s.inactive()))).proved()).isFalse();
  }

  /** A part of a tree in the place of the split above it, whose multipliers it no longer has. */
  private static Tree raised(Tree tree) {
    if (tree instanceof Tree.Split s) {
      return new Tree.Split(s.rectifier(), s.neuron(), raised(s.active()), raised(s.inactive()));
    }
    Tree.Leaf leaf = (Tree.Leaf) tree;
    return new Tree.Leaf(
        leaf.weights(), leaf.alphas(), Arrays.copyOfRange(leaf.betas(), 1, leaf.betas().length));
  }

  @Test
  void aSplitOfAnotherNeuronIsRefused() throws IOException {
    Verdict verdict =
        changed(
            claim ->
                excluded(
                    claim,
                    s ->
                        new Tree.Split(
                            s.rectifier(), (s.neuron() + 1) % 10, s.active(), s.inactive())));
    assertThat(verdict.proved()).isFalse();
  }

  /** One unit in the last place above what its leaves give, which the refusal itself tells. */
  @Test
  void aBoundThatIsTooTightByOneUnitIsRefused() throws IOException {
    Pattern given = Pattern.compile("its leaves give (-?[0-9.E-]+)");
    Verdict far =
        changed(
            claim ->
                claim instanceof Claim.Bound b && !b.upper()
                    ? new Claim.Bound(b.rectifier(), b.neuron(), false, 1e3, b.tree())
                    : claim);
    Matcher told = given.matcher(far.reason());
    assertThat(told.find()).isTrue();
    double exact = Double.parseDouble(told.group(1));
    assertThat(firstLowerBound(exact).reason()).doesNotContain("claimed to be " + exact + ",");
    double next = Math.nextUp(exact);
    assertThat(firstLowerBound(next).reason()).contains("claimed to be " + next + ",");
  }

  /** With another value for the first claim of a lower bound. */
  private Verdict firstLowerBound(double value) throws IOException {
    boolean[] done = {false};
    return changed(
        claim -> {
          if (!done[0] && claim instanceof Claim.Bound b && !b.upper()) {
            done[0] = true;
            return new Claim.Bound(b.rectifier(), b.neuron(), false, value, b.tree());
          }
          return claim;
        });
  }

  @Test
  void aCertificateOfAnotherNetOrSpecificationIsRefused() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Trial second = new Trial(other, SmallNets.random("second", 3, 10, 10, 1), specification());
    assertThatThrownBy(() -> Checker.check(second.net, trial.specification, trial.certificate))
        .isInstanceOf(UncheckableException.class)
        .hasMessageContaining("another network");
    Path wider = Files.writeString(other.resolve("w"), specification().replace("-1)", "-1.1)"));
    assertThatThrownBy(() -> Checker.check(trial.net, wider, trial.certificate))
        .isInstanceOf(UncheckableException.class)
        .hasMessageContaining("another specification");
  }

  /** The hashes are changed, too: what is left is the net itself. */
  @Test
  void aProofOfOneNetIsNoProofOfAnother() throws IOException {
    Path other = Files.createDirectory(folder.resolve("other"));
    Trial second = new Trial(other, SmallNets.random("second", 3, 10, 10, 1), specification());
    assertThat(second.check(proof).proved()).isFalse();
  }

  @Test
  void aTruncatedCertificateIsRefused() throws IOException {
    byte[] whole = Files.readAllBytes(trial.certificate);
    Path cut = folder.resolve("cut.proof");
    for (int length = 0; length < whole.length; length += 1 + whole.length / 97) {
      Files.write(cut, Arrays.copyOf(whole, length));
      assertThat(isRefused(trial.net, trial.specification, cut)).as("%d bytes", length).isTrue();
    }
    byte[] claims = claims(trial.certificate);
    for (int length = 0; length < claims.length; length += 1 + claims.length / 97) {
      write(cut, Arrays.copyOf(claims, length));
      assertThat(isRefused(trial.net, trial.specification, cut)).as("%d bytes", length).isTrue();
    }
  }

  /** The first version is the second without splits of inputs. */
  @Test
  void certificatesOfTheFirstVersionAreChecked() throws IOException {
    Path other = folder.resolve("version.proof");
    String hash = Trial.hash(Files.readAllBytes(trial.specification));
    byte[] claims = claims(trial.certificate);
    write(other, claims, hash, 1);
    assertThat(Checker.check(trial.net, trial.specification, other).proved()).isTrue();
    write(other, claims, hash, 4);
    assertThatThrownBy(() -> Checker.check(trial.net, trial.specification, other))
        .isInstanceOf(UncheckableException.class)
        .hasMessageContaining(
            "and this checks versions 1, 2, 3: use the version of Foolproof that wrote");
  }

  /** Whatever numbers stand in a certificate, a false specification is never proved. */
  @Test
  void noMutantProvesWhatIsNotSo() throws IOException {
    assertNoMutantProves(specification().replace(LIMIT, BELOW));
  }

  @Test
  void noMutantOfAProofBySplitsOfInputsProvesWhatIsNotSo() throws IOException {
    assertThat(trial.check(InputSplitsTest.halved(trial, 2, 20).proof()).proved()).isTrue();
    assertNoMutantProves(specification().replace(LIMIT, BELOW));
  }

  /**
   * The same of curves, whose lines are chosen by tangents; the largest value is tanh(2 s(1.5) -
   * s(0)) = 0.8128.
   */
  @Test
  void noMutantOfAProofAboutCurvesProvesWhatIsNotSo() throws IOException {
    Path other = Files.createDirectory(folder.resolve("curves"));
    String limit = "0.9";
    String specification = Trial.specification(2, 1, "-1", "1", "(>= Y_0 %s)".formatted(limit));
    trial = new Trial(other, SmallNets.curved(1), specification);
    proof = ((Outcome.Shown) trial.prove(20)).proof();
    assertThat(trial.check(proof).proved()).isTrue();
    Verdict tighter =
        changed(
            claim ->
                claim instanceof Claim.Bound b && b.upper()
                    ? new Claim.Bound(b.rectifier(), b.neuron(), true, b.value() - 0.01, b.tree())
                    : claim);
    assertThat(tighter.reason()).contains("is claimed to be");
    assertThatThrownBy(
            () ->
                changed(
                    claim ->
                        claim instanceof Claim.Excluded e && e.tree() instanceof Tree.Leaf leaf
                            ? new Claim.Excluded(e.which(), halves(leaf))
                            : claim))
        .isInstanceOf(UncheckableException.class)
        .hasMessageContaining("splits at 's', which is no rectifier");
    assertThat(trial.check(proof).proved()).isTrue();
    assertNoMutantProves(specification.replace(limit, "0.812"));
  }

  /** The same of bounds that hold where a case happens. */
  @Test
  void noMutantOfAProofUnderAssumptionsProvesWhatIsNotSo() throws IOException {
    assumed();
    assertNoMutantProves(specification().replace(LIMIT, BELOW), 3);
  }

  /** Bounds under the assumption of one case say nothing of another. */
  @Test
  void whatIsAssumedOfOneCaseExcludesNoOther() throws IOException {
    String cases = "(or (>= Y_0 %s) (>= Y_0 %s))".formatted(LIMIT, BELOW);
    Path other = Files.createDirectory(folder.resolve("two"));
    Trial two =
        new Trial(
            other, Files.readAllBytes(trial.net), Trial.specification(3, 1, "-1", "1", cases));
    Proof both =
        two.searched(
            2,
            search -> {
              search.bound(Deadline.in(120));
              search.assume(Deadline.in(120));
            });
    Verdict verdict = two.check(both);
    assertThat(verdict.proved()).isFalse();
    assertThat(verdict.reason()).isEqualTo("case 1 of the specification is not excluded");
    Proof crossed = new Proof();
    Claim claim = new Claim.Excluded(1, Tree.Leaf.usual(1));
    crossed.add(new int[] {0, 1}, 0, new int[2][0], List.of(claim));
    assertThat(two.check(crossed).reason())
        .isEqualTo("case 1 is excluded where another is assumed");
    Proof foreign = new Proof();
    foreign.add(new int[] {0}, 1, new int[2][0], List.of(claim));
    assertThat(two.check(foreign).reason())
        .isEqualTo("case 1 is assumed, and does not belong to its block");
  }

  private void assumed() throws IOException {
    proof =
        trial.searched(
            2,
            search -> {
              search.bound(Deadline.in(120));
              search.assume(Deadline.in(120));
              search.split(Integer.MAX_VALUE, Deadline.in(20));
            });
    Verdict verdict = trial.check(proof);
    assertThat(verdict.reason()).isEmpty();
    assertThat(verdict.proved()).isTrue();
    try (ZipFile zip = new ZipFile(trial.certificate.toFile())) {
      byte[] json = zip.getInputStream(zip.getEntry("proof.json")).readAllBytes();
      assertThat(new String(json, StandardCharsets.UTF_8)).contains("\"version\": 3");
    }
  }

  private static Tree halves(Tree.Leaf leaf) {
    Tree.Leaf half = new Tree.Leaf(leaf.weights(), leaf.alphas(), new float[1]);
    return new Tree.Split(0, 0, half, half);
  }

  private void assertNoMutantProves(String lower) throws IOException {
    assertNoMutantProves(lower, 2);
  }

  private void assertNoMutantProves(String lower, int version) throws IOException {
    Path wrong = Files.writeString(folder.resolve("wrong.vnnlib"), lower);
    String hash = Trial.hash(lower.getBytes(StandardCharsets.UTF_8));
    byte[] onnx = Files.readAllBytes(trial.net);
    Path other = Files.createDirectory(folder.resolve("other"));
    assertThat(new Trial(other, onnx, lower).prove(20)).isInstanceOf(Outcome.Violated.class);
    byte[] claims = claims(trial.certificate);
    SplittableRandom random = new SplittableRandom(1);
    Path mutant = folder.resolve("mutant.proof");
    for (int i = 0; i < 1000; i++) {
      byte[] changed = claims.clone();
      for (int n = 0; n <= i % 3; n++) {
        changed[random.nextInt(changed.length)] = (byte) random.nextInt(256);
      }
      write(mutant, changed, hash, version);
      assertThat(isRefused(trial.net, wrong, mutant)).as("mutant %d", i).isTrue();
    }
  }

  /** A prover that forgets an intercept claims bounds that are too tight. */
  @Test
  void aWrongClaimIsRefused() throws IOException {
    Verdict verdict =
        changed(
            claim ->
                claim instanceof Claim.Bound b
                    ? new Claim.Bound(
                        b.rectifier(),
                        b.neuron(),
                        b.upper(),
                        b.value() + (b.upper() ? -0.01 : 0.01),
                        b.tree())
                    : claim);
    assertThat(verdict.proved()).isFalse();
    assertThat(verdict.reason()).contains("is claimed to be");
  }

  @Test
  void slopesOfAnyValueAreSoundButMayProveNothing() throws IOException {
    Verdict verdict =
        changed(
            claim ->
                claim instanceof Claim.Excluded e
                    ? new Claim.Excluded(e.which(), flat(e.tree()))
                    : claim);
    assertThat(verdict.proved()).isFalse();
    assertThat(verdict.reason()).contains("its leaves give only");
  }

  private static Tree flat(Tree tree) {
    if (tree instanceof Tree.Split s) {
      return new Tree.Split(s.rectifier(), s.neuron(), flat(s.active()), flat(s.inactive()));
    }
    Tree.Leaf leaf = (Tree.Leaf) tree;
    byte[][] slopes = new byte[leaf.alphas().length][];
    for (int k = 0; k < slopes.length; k++) {
      slopes[k] = new byte[leaf.alphas()[k].length];
    }
    return new Tree.Leaf(leaf.weights(), slopes, new float[leaf.betas().length]);
  }

  private static byte[] claims(Path certificate) throws IOException {
    try (ZipFile zip = new ZipFile(certificate.toFile())) {
      return zip.getInputStream(zip.getEntry("claims.bin")).readAllBytes();
    }
  }

  private void write(Path file, byte[] claims) throws IOException {
    write(file, claims, Trial.hash(Files.readAllBytes(trial.specification)));
  }

  private void write(Path file, byte[] claims, String specification) throws IOException {
    write(file, claims, specification, 2);
  }

  private void write(Path file, byte[] claims, String specification, int version)
      throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      zip.putNextEntry(new ZipEntry("proof.json"));
      String json =
          "{\"version\": %d, \"network\": \"%s\", \"specification\": \"%s\"}"
              .formatted(version, trial.model().sha256(), specification);
      zip.write(json.getBytes(StandardCharsets.UTF_8));
      zip.putNextEntry(new ZipEntry("claims.bin"));
      zip.write(claims);
    }
    Files.write(file, bytes.toByteArray());
  }
}
