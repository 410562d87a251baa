String log = new File(basedir, 'build.log').text
assert new File(basedir, 'robustness.json').isFile()
assert new File(basedir, 'target/foolproof/index.html').isFile()
assert new File(basedir, 'target/foolproof/audit.sarif').text.contains('"level" : "error"')
assert log.contains('Against the baseline: the same model')
// Why each build failed, in the line that Maven ends with.
assert log =~ /ERROR.*gate failed: .*the report: /
assert log =~ /ERROR.*--freeze is refused where the variable CI is set/
assert log =~ /ERROR.*l3/
return true
