@echo off
rem Dijalankan oleh Penjadwal Tugas. Folder proyek: C:\padan (tanpa spasi, di disk lokal, bukan folder jaringan).
cd /d C:\padan || exit /b 2
set PYTHONUTF8=1
if not exist data\processed mkdir data\processed
.venv\Scripts\padan.exe serve >> data\processed\jadwal.log 2>&1
exit /b %ERRORLEVEL%
