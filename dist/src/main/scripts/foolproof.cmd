@echo off
rem Starts Foolproof as it was installed, on Windows. No line but that which starts it sees the arguments: cmd would read
rem them once more, and other than they were written.
setlocal EnableExtensions DisableDelayedExpansion
set "foolproof=%~dp0"

set "java="
if not defined JAVA_HOME goto search
set "java=%JAVA_HOME:"=%\bin\java.exe"
if exist "%java%" goto found
goto missing
:search
for %%j in (java.exe) do set "java=%%~$PATH:j"
if defined java goto found
:missing
>&2 echo foolproof: Java is not installed: install a JDK, 17 or newer, or set JAVA_HOME
exit /b 2

:found
rem Which Java this is, without starting it.
set "version="
set "runtime="
for %%j in ("%java%\..\..\release") do set "release=%%~fj"
if not exist "%release%" goto named
for /f "usebackq tokens=1,2 delims==" %%a in ("%release%") do (
  if "%%a"=="JAVA_VERSION" set "version=%%~b"
  if "%%a"=="JAVA_RUNTIME_VERSION" set "runtime=%%~b"
)
for /f "delims=." %%v in ("%version%") do if %%v lss 17 goto old
goto named
:old
>&2 echo foolproof: Java %version% is too old: install a JDK, 17 or newer, or set JAVA_HOME to one
exit /b 2

:named
rem In a variable, since a folder may end in a backslash, which before a quote means something else.
set "CLASSPATH=%foolproof%lib\*"

rem The classes of every start, read and verified once for this Java, where the folder can be written to. An empty file
rem says that they cannot be had.
set "classes=%foolproof%lib\classes-%runtime%.jsa"
set "shared=-Xshare:auto"
if not defined runtime goto run
if exist "%classes%" goto archived
set "part=%foolproof%lib\classes-%random%%random%.part"
copy /y nul "%part%" >nul 2>&1
if not exist "%part%" goto run
"%java%" "-XX:ArchiveClassesAtExit=%part%" "-Xlog:cds*=off" -XX:+UseSerialGC ^
  --enable-native-access=ALL-UNNAMED io.foolproof.cli.Foolproof --help >nul 2>&1
move /y "%part%" "%classes%" >nul 2>&1
:archived
for %%c in ("%classes%") do if %%~zc gtr 0 set "shared=-XX:SharedArchiveFile=%classes%"

:run
if not defined FOOLPROOF_CLASSPATH goto start
set "FOOLPROOF_CLASSPATH=%FOOLPROOF_CLASSPATH:"=%"
set "CLASSPATH=%CLASSPATH%;%FOOLPROOF_CLASSPATH%"
:start
set "debug=false"
if defined FOOLPROOF_DEBUG set "debug=true"
rem Java that crashes in native code ends with the code of a gate that failed: its report tells one from the other.
set "now=%time::=%"
set "crash=%TEMP%\foolproof-crash-%now: =%-%random%.log"

rem Java from 23 on warns about what protobuf does unless it is told to allow it; before, it knows no such option.
rem Libraries are loaded by their whole names; what they need besides is found through PATH.
set "PATH=%foolproof%natives;%PATH%"
rem One library of matrices is loaded under two names, so that what the program tells one about threads the other does not
rem know: each worker has one.
set "OPENBLAS_NUM_THREADS=1"
"%java%" -XX:+UseSerialGC "%shared%" "-Xlog:cds*=off" -XX:CompileThresholdScaling=5 "-XX:ErrorFile=%crash%" ^
  --enable-native-access=ALL-UNNAMED -XX:+IgnoreUnrecognizedVMOptions --sun-misc-unsafe-memory-access=allow ^
  -Djava.awt.headless=true -Dfile.encoding=UTF-8 -Dfoolproof.debug=%debug% ^
  -Dorg.slf4j.simpleLogger.defaultLogLevel=warn "-Djava.library.path=%foolproof%natives" ^
  -Dorg.bytedeco.javacpp.pathsFirst=true -Dorg.bytedeco.javacpp.cacheLibraries=false ^
  "-Donnxruntime.native.path=%foolproof%natives" io.foolproof.cli.Foolproof %*
set "code=%errorlevel%"
if "%code%"=="0" exit /b 0
if not exist "%crash%" exit /b %code%
>&2 echo foolproof: crashed in native code, see above. Where nobody vouches for a file, add --isolate: it is then loaded in a process of its own first. What an audit or a hull study has found is kept.
exit /b 134
