# كل جمل الشاشات بالعربية. جمل الأحكام نفسها في shared-model/locales.

## في كل مكان

close = إغلاق
cancel = إلغاء
back = رجوع
again = تحقق مرة أخرى
yes = نعم
no = لا
never = أبدًا
unknown = غير معروف
seconds = { $count } ث
minutes = { $count } د
percent = { $count }٪
megabytes = { $count } م.ب
milliseconds = { $count } م.ث
ticket = تذكرة
rehearsal = تجربة
rehearsal-banner = تجربة: لا شيء يُحسب
rehearsal-text = للتدرب: تُقبل تذاكر الاختبار، ولا يُحسب شيء مما يُمسح.
rehearsal-begin = ابدأ التجربة
rehearsal-end = أنهِ التجربة
undo = تراجع
undo-done = تم التراجع: الضيف لم يدخل.
override = المشرف
settings = الإعدادات
pin = الرمز السري
pin-clear = مسح الكل
pin-back = مسح الأخير
lock = قفل
device-own = هذا الجهاز
device-unknown = جهاز غير معروف
role-staff = موظف الباب
role-supervisor = مشرف

## حول كل صفحة

nav = الصفحات
nav-scan = مسح
nav-search = بحث
nav-room = في الداخل
nav-more = المزيد
nav-supervisor = المشرف
nav-conflicts = { $count ->
    [zero] لا تعارضات مفتوحة
    [one] تعارض مفتوح واحد
    [two] تعارضان مفتوحان
    [few] { $count } تعارضات مفتوحة
   *[other] { $count } تعارضًا مفتوحًا
}
badge-label = حال هذا الجهاز
badge-online = متصل
badge-offline = غير متصل – المسح مستمر
badge-unsent = { $count } للإرسال
badge-peers = { $count ->
    [one] جهاز واحد قريب
    [two] جهازان قريبان
    [few] { $count } أجهزة قريبة
   *[other] { $count } جهازًا قريبًا
}
badge-downloading = يجري تحميل التذاكر
badge-clock = الساعة غير مؤكدة

## الحكم

verdict-admit = دخول
verdict-leave = خروج
verdict-refuse = قف
verdict-ask = اسأل
verdict-confirm = تأكد
verdict-next = التالي
verdict-notes = انتبه
verdict-history = السجل
verdict-overridden = بقرار مشرف
verdict-offline = غير متصل
verdict-behind = { $count ->
    [one] يتبعه واحد
    [two] يتبعه اثنان
   *[other] يتبعه { $count }
}
verdict-people = { $people ->
    [two] شخصان
    [few] { $people } أشخاص
   *[other] { $people } شخصًا
}
verdict-group = { $people ->
    [one] شخص واحد
    [two] شخصان
    [few] { $people } أشخاص
   *[other] { $people } شخصًا
} – { $inside } من { $group } في الداخل
due-optional = يمكن تركه فارغًا
due-fewer = أقل
due-more = أكثر
due-stop = لا تسمح بالدخول
due-answer = أجب
due-confirm = أكّد
override-title = السماح بالمرور رغم ذلك
override-text = المشرف يقرر. يبقى اسمه والسبب في السجل.
supervisor-nobody = لا يوجد مشرف مناوب في هذه الفعالية.
supervisor-pin = الرمز السري للمشرف
override-why = السبب
override-let = السماح بالمرور
override-known = الضيف معروف
override-elsewhere = عُرضت التذكرة في مكان آخر
override-technical = عطل تقني
override-goodwill = مجاملة
override-other = سبب آخر

## المسح

scan-title = مسح
scan-event-gone = حذف المنظّم هذه الفعالية. اسأل هل تستمر، أو اختر فعالية أخرى من «المزيد».
scan-file = صورة
scan-type = كتابة الرمز
scan-type-title = اكتب رمزًا أو الصقه
scan-code = الرمز
scan-code-hint = نص رمز التذكرة، ويبدأ بـ TK1:
scan-check = تحقق من الرمز
scan-drop = أفلت الصورة هنا
scan-other-ways = القارئ اليدوي يعمل في أي وقت. يمكن إفلات الصور أو لصقها هنا.
scan-last = آخر من مرّ:
direction-entry = دخول
direction-exit = خروج
camera-picture = ما تراه الكاميرا
camera-starting = الكاميرا تبدأ …
camera-asleep = الكاميرا نائمة لتوفير البطارية
camera-wake = أيقظ الكاميرا
camera-again = حاول مرة أخرى
camera-torch = الضوء
camera-zoom = التكبير
camera-missing = لم يُعثر على كاميرا. استخدم قارئًا يدويًا أو صورة أو اكتب الرمز.
camera-missing-kiosk = لم يُعثر على كاميرا. ضع التذكرة أمام القارئ اليدوي.
camera-busy = برنامج آخر يستخدم الكاميرا. أغلقه وحاول مرة أخرى.
camera-denied = الكاميرا غير مسموح بها. اسمح بها في إعدادات النظام وحاول مرة أخرى.
camera-gone = ذهبت الكاميرا: أخذها برنامج آخر، أو فُصلت كاميرا خارجية. حاول مرة أخرى.
camera-silent = الكاميرا لا تعطي صورًا الآن. انتظر لحظة وحاول مرة أخرى؛ وأعد توصيل الكاميرا الخارجية.
camera-failed = الكاميرا لا تعطي صورة. حاول مرة أخرى أو استخدم غيرها.

## الإعداد وفتح القفل والأشخاص

enrol-title = إعداد هذا الجهاز
enrol-text = اطلب من المنظّم رمز تسجيل. امسحه بالكاميرا أو بقارئ يدوي، أو افتح رابطه، أو اكتبه.
enrol-code = رمز التسجيل
enrol-code-hint = مثل 7K3M-Q0ZT-94AB. يعمل مرة واحدة.
enrol-server = عنوان الخادم
enrol-server-hint = مثل https://tickets.example.org
enrol-name = اسم هذا الجهاز
enrol-name-hint = كما سيسميه الزملاء، مثل «البوابة الشمالية 2»
enrol-no-key-store = لا يوجد مخزن مفاتيح في هذا الحاسوب، لذلك تحمي عبارة سرية البيانات. تُطلب عند كل بدء.
enrol-passphrase-instead = أو دع عبارة سرية تحمي البيانات. تُطلب عند كل بدء.
enrol-passphrase = العبارة السرية
enrol-passphrase-hint = 8 أحرف على الأقل
enrol-do = إعداد
enrol-camera = المسح بالكاميرا
enrol-camera-stop = إغلاق الكاميرا
unlock = فتح القفل
unlock-title = مقفل
unlock-passphrase-text = العبارة السرية تفتح بيانات هذا الجهاز.
unlock-pin-text = اختر اسمك واكتب رمزك السري. يستمر تسليم السجل في هذه الأثناء.
unlock-nobody = لا أحد في الخدمة الآن يستطيع فتح هذا الجهاز. صِله ليعرف من هو في الخدمة.
unlock-connect = صِل الآن
unlock-biometrics = البصمة أو الوجه
unlock-biometrics-question = افتح القفل ببصمتك أو وجهك.
unlock-biometrics-instead = استخدام الرمز السري
operator-title = من يعمل هنا
operator-now = الآن: { $name }
operator-none-now = لم يسجّل أحد دخوله
operator-who = الاسم
operator-in = تسجيل الدخول
operator-out = تسجيل الخروج
operator-empty = لم يسمِّ المنظّم أحدًا لهذه الفعالية. يعمل المسح دون أسماء.
revoked-title = انتهى تسجيل الجهاز
revoked-text = أنهى المنظّم تسجيل هذا الجهاز. حُذفت منه التذاكر والأسماء.
revoked-unsent = { $count ->
    [one] قيد واحد من السجل لم يُسلَّم بعد. احتفظ بالجهاز وصِله بالشبكة.
    [two] قيدان من السجل لم يُسلَّما بعد. احتفظ بالجهاز وصِله بالشبكة.
    [few] { $count } قيود من السجل لم تُسلَّم بعد. احتفظ بالجهاز وصِله بالشبكة.
   *[other] { $count } قيدًا من السجل لم تُسلَّم بعد. احتفظ بالجهاز وصِله بالشبكة.
}
revoked-sent = سُلِّم السجل كله.
revoked-deliver = سلّم الآن
revoked-again = إعداد من جديد
failed-title = لا يمكن فتح البيانات
failed-again = حاول مرة أخرى
failed-no-key-store = مفاتيح هذا الجهاز في مخزن مفاتيح النظام، وهو لا يعمل الآن. سجّل الدخول إلى سطح المكتب أو شغّله ثم حاول مرة أخرى.
wipe = حذف كل شيء
wipe-title = حذف كل ما على هذا الجهاز؟
wipe-text = تُحذف التذاكر والأسماء والسجل والمفاتيح. ويجب إعداد الجهاز من جديد.
wipe-do = حذف
wipe-force = احذف وافقد هذه القيود

## أين يُمسح

station-title = أين تمسح
station-event = الفعالية
station-list = قائمة الدخول
station-list-closed = غير مفتوحة الآن
station-gate = البوابة
station-no-gate = بلا بوابة
station-direction = الاتجاه
station-begin = ابدأ هنا
station-no-events = هذا الجهاز لا يعمل لأي فعالية بعد. يمكن للمنظّم إضافته إلى واحدة.
station-no-book = لم تُحمَّل بعد: تحتاج الشبكة مرة واحدة

## الاستعداد لفتح الأبواب

ready-title = جاهز لفتح الأبواب؟
ready-yes = جاهز لفتح الأبواب
ready-look = يمكن فتح الأبواب. انظر أولًا إلى ما هو معلَّم.
ready-no = غير جاهز بعد
ready-sound = اختبار الصوت
ready-go = مسح
ready-unknown = في وقت غير معروف
state-good = جيد
state-warn = يحتاج نظرة
state-bad = سيئ
state-unknown = غير معروف
check-manifest-good = كل التذاكر موجودة ({ $tickets })؛ آخر اتصال { $ago }.
check-manifest-warn = التذاكر الموجودة { $tickets }؛ آخر اتصال { $ago }. صِل الجهاز مرة قبل الفتح.
check-manifest-bad = التذاكر غير مكتملة. صِل الجهاز بالشبكة وانتظر.
check-manifest-unknown = لا اتصال بالخادم بعد.
check-book-good = بيانات الفعالية موجودة (رقم { $number }، أُعدّت { $ago }).
check-book-warn = أُعدّت بيانات الفعالية { $ago }. صِل الجهاز مرة قبل الفتح.
check-book-bad = بيانات الفعالية ناقصة. صِل الجهاز بالشبكة.
check-book-unknown = عمر بيانات الفعالية غير معروف.
check-clock-good = الساعة صحيحة.
check-clock-warn = الساعة منحرفة { $off } أو لم تُقارن منذ زمن. صِل الجهاز مرة.
check-clock-bad = الساعة منحرفة { $off }. اضبطها ثم صِل الجهاز مرة.
check-clock-unknown = لم تُقارن الساعة بساعة الخادم قط.
check-storage-good = مساحة كافية على القرص ({ $free_mb } م.ب).
check-storage-warn = مساحة قليلة على القرص ({ $free_mb } م.ب). احذف شيئًا.
check-storage-bad = لا تكاد توجد مساحة على القرص ({ $free_mb } م.ب). احذف شيئًا قبل الفتح.
check-storage-unknown = لا يذكر هذا الحاسوب مساحة القرص.
check-battery-good = البطارية { $percent }٪.
check-battery-warn = البطارية { $percent }٪. أبقِ شاحنًا قريبًا.
check-battery-bad = البطارية { $percent }٪. اشحنها قبل الفتح.
check-battery-unknown = لا بطارية، أو لا يذكرها هذا الحاسوب.
check-peers-good = { $peers ->
    [0] هذا هو الجهاز الوحيد للفعالية.
    [one] جهاز آخر واحد في المتناول.
    [two] جهازان آخران في المتناول.
    [few] { $peers } أجهزة أخرى في المتناول.
   *[other] { $peers } جهازًا آخر في المتناول.
}
check-peers-warn = لا جهاز آخر في المتناول. لا يظهر الدخول المزدوج عند بوابات أخرى إلا مع الشبكة.
check-peers-unknown = لا يُبحث عن أجهزة أخرى.
check-camera-good = تُعطي الكاميرا صورة.
check-camera-warn = لم تُعطِ الكاميرا صورة. صفحة المسح تذكر السبب؛ والقارئ اليدوي يعمل أيضًا.
check-camera-bad = لا كاميرا. استخدم قارئًا يدويًا أو صِل كاميرا.
check-camera-unknown = تُجرَّب الكاميرا الآن. اسمح بها حيث يسأل النظام.
check-sound-good = الصوت مفعّل ({ $volume }٪).
check-sound-warn = الصوت متوقف أو خافت ({ $volume }٪). ارفعه في الإعدادات.
check-sound-unknown = شغّل صوت الاختبار لتسمع هل يعمل.
check-keys-good = المفاتيح في مخزن مفاتيح النظام.
check-keys-warn = المفاتيح في ملف. احفظ هذا الجهاز في أمان.
check-keys-bad = لا يمكن قراءة المفاتيح. أعدّ الجهاز من جديد.
check-keys-unknown = مكان المفاتيح غير معروف.
check-station-good = اختيرت القائمة والبوابة، والقائمة مفتوحة.
check-station-warn = القائمة المختارة غير مفتوحة الآن.
check-station-bad = اختر الفعالية والقائمة والبوابة.
check-station-unknown = لا يُعرف هل القائمة مفتوحة.
check-unsent-good = سُلِّم السجل كله.
check-unsent-warn = قيود من السجل تنتظر التسليم: { $facts }.
check-unsent-bad = قيود من السجل لم يمكن تسليمها منذ زمن: { $facts }. صِل الجهاز بالشبكة.
check-unsent-unknown = لا يُعرف ما الذي سُلِّم.

## الضيوف والتذاكر

search-title = ابحث عن ضيف
search-label = الاسم أو المقعد أو الطلب أو رمز التذكرة
search-hint = تكفي كلمة واحدة من ثلاثة أحرف على الأقل
search-do = بحث
search-found = { $count ->
    [0] لم يُعثر على أحد
    [one] عُثر على تذكرة واحدة
    [two] عُثر على تذكرتين
    [few] عُثر على { $count } تذاكر
   *[other] عُثر على { $count } تذكرة
}
search-more = هناك المزيد. اكتب أحرفًا أكثر.
ticket-number = تذكرة { $serial }
ticket-tier = التذكرة
ticket-date = الموعد
ticket-seat = المقعد
ticket-order = الطلب
ticket-serial = الرقم
ticket-state = الحالة
ticket-group = الأشخاص
ticket-from = صالحة من
ticket-until = صالحة حتى
ticket-notes = ملاحظات
ticket-attention = تحتاج انتباهًا
ticket-minor = قاصر
ticket-companion = مرافق
ticket-lists = على القوائم
ticket-list-line = { $inside } في الداخل · دخول { $entries } · خروج { $exits }
ticket-state-valid = صالحة
ticket-state-pending = لم تُدفع بعد
ticket-state-unapproved = لم تُعتمد بعد
ticket-state-blocked = محظورة
ticket-state-cancelled = ملغاة أو مستردة
ticket-state-expired = لم تُدفع في الوقت
ticket-state-disputed = أُعيد المبلغ من البنك
ticket-state-revoked = مسحوبة
why-title = لو مُسحت هنا الآن
why-admit = سيُسمح لهذه التذكرة بالمرور.
history-title = السجل
history-empty = لم تُمسح بعد، بحسب المعروف هنا.
history-in = { $people ->
    [one] دخول
    [two] دخول: شخصان
    [few] دخول: { $people } أشخاص
   *[other] دخول: { $people } شخصًا
}
history-out = { $people ->
    [one] خروج
    [two] خروج: شخصان
    [few] خروج: { $people } أشخاص
   *[other] خروج: { $people } شخصًا
}
history-undone = تم التراجع عنه
history-overridden = سمح بالمرور { $name }

## التعارضات

conflicts-title = التعارضات
conflicts-text = ما قررته بوابات بلا اتصال ولا يمكن أن يصح كله. ما عُرض عند الباب لا يتغير؛ والمشرف يقول ما كان.
conflicts-all = أظهر المحسومة أيضًا
conflicts-none = لا تعارضات معروفة هنا.
conflict-double-entry = دخول مرتين
conflict-after-revocation = مسح بعد انتهاء تسجيل الجهاز
conflict-over-capacity = أشخاص أكثر مما تسعه المنطقة
conflict-override-without-rights = سماح دون صلاحية
conflict-annul-without-rights = تراجع دون صلاحية
conflict-device-not-enrolled = مسح من جهاز غير مسجل
conflict-clock-backwards = ساعة رجعت إلى الوراء
conflict-fork = جهازان يرسلان المسح باسم واحد
conflict-other = شيء تعرفه نسخة أحدث
conflict-unreadable = قيد لا يُقرأ هنا
conflict-ticket = انظر التذكرة
conflict-settle = احسم
outcome-innocent = مسح مرتين بالخطأ
outcome-shared = تذكرة مشتركة
outcome-screenshot = تذكرة منسوخة
outcome-staff = خطأ من الموظفين
resolve-title = حسم التعارض
resolve-what = ماذا كان؟
resolve-do = احسم

## الليلة بالأرقام

room-title = الأشخاص في الداخل
room-complete = سُمع من كل الأجهزة. حتى { $time }.
room-incomplete = لم يُسمع من كل الأجهزة: هذه آخر أرقام معروفة.
room-missing = لم يُسمع من: { $names }
room-zone-of = { $name } – السعة { $capacity }
room-lists = القوائم
room-list = القائمة
room-inside = في الداخل
room-people = دخلوا
room-tickets = التذاكر
room-own = هذا الجهاز الليلة
room-all = كل الأجهزة المعروفة
room-refusals = المرفوضون هنا بحسب السبب
count-people = أشخاص دخلوا
count-quarter = في آخر 15 دقيقة
count-exits = خرجوا
count-refused = رُفضوا
count-overridden = بقرار مشرف
count-undone = تم التراجع
count-tickets = تذاكر تسمح بالدخول
report-title = تقرير الليلة
report-made = { $device }، { $time }
report-entries = مرات الدخول
report-own = أشخاص دخلوا هنا
report-conflicts = التعارضات
report-open = { $all }، المفتوح منها: { $open }
report-unsent = لم يُسلَّم بعد
report-unsent-text = { $count ->
    [one] قيد واحد من سجل هذا الجهاز لم يُسلَّم بعد. صِله بالشبكة قبل إطفائه.
    [two] قيدان من سجل هذا الجهاز لم يُسلَّما بعد. صِله بالشبكة قبل إطفائه.
    [few] { $count } قيود من سجل هذا الجهاز لم تُسلَّم بعد. صِله بالشبكة قبل إطفائه.
   *[other] { $count } قيدًا من سجل هذا الجهاز لم تُسلَّم بعد. صِله بالشبكة قبل إطفائه.
}
report-sold = تذاكر بيعت هنا
report-save = احفظ الجدول (CSV)
report-save-log = احفظ ملف السجل
report-print = طباعة
report-no-print = لا يستطيع هذا الجهاز الطباعة. احفظ الجدول (CSV) واطبعه في مكان آخر.
report-saved = حُفظ: { $path }

## شباك التذاكر

office-title = شباك التذاكر
office-none = لا تذاكر لدى هذا الجهاز للبيع الآن. يمكن للمنظّم إعطاؤه بعضها ما دامت هناك شبكة.
office-sign-in = سجّل دخولك أولًا: يبقى اسم البائع في السجل.
office-what = التذكرة
office-count = العدد
office-left = { $count ->
    [one] بقيت واحدة
    [two] بقيت اثنتان
   *[other] بقي { $count }
}
office-until = حتى { $time }
office-paid = الدفع
paid-cash = نقدًا
paid-card = بالبطاقة على جهازها
paid-gift = مجانًا
office-pin = الرمز السري لـ { $name }
office-choose = اختر التذكرة والدفع
office-sell = اقبض { $price } وبع
office-give = أعطِ التذكرة
office-sold = { $count ->
    [one] بيعت تذكرة واحدة – { $price }
    [two] بيعت تذكرتان – { $price }
    [few] بيعت { $count } تذاكر – { $price }
   *[other] بيعت { $count } تذكرة – { $price }
}
office-code = رمز QR للتذكرة
office-show = دع الضيف يصور الرمز أو اطبعه.
office-another = الضيف التالي
office-again = بيع هنا
office-again-text = يمكن عرض تذكرة لم يرَ أحد رمزها مرة أخرى.
office-again-show = عرض التذكرة { $serial }
office-back = العودة إلى شباك التذاكر

## التبادل والتفاصيل

sync-title = الشبكة والجهاز
sync-online = الخادم في المتناول
sync-offline = غير متصل. المسح مستمر؛ ويُسلَّم السجل لاحقًا.
sync-now = أرسل واستلم الآن
sync-contact = آخر اتصال
sync-unsent = لم يُسلَّم بعد
sync-tickets = التذاكر
sync-facts = قيود كل السجلات
sync-book = بيانات الفعالية
sync-revision = حالة التذاكر
sync-clock = انحراف الساعة
sync-store = البيانات
sync-frames = صور الكاميرا في الثانية
sync-decode = قراءة صورة
sync-decide = اتخاذ القرار
sync-folder = المجلد
sync-version = النسخة
sync-server = الخادم
sync-move = استخدم هذا العنوان
sync-logs = السجلات هنا
sync-log-line = حتى { $seq }، سُلِّم حتى { $acknowledged }
sync-forked = تاريخان: اتصل بالمنظّم
peers-title = أجهزة أخرى
peers-none = لا شيء في المتناول.
peers-own = هذا الجهاز متاح على { $addresses }
peers-address = عنوان جهاز آخر
peers-address-hint = مثل 192.168.1.20:4433
peers-add = اتصال
peers-forget = نسيان { $address }
peer-found = وُجد
peer-connected = متصل
peer-unreachable = ليس في المتناول
peer-refused = ليس من أجهزتنا

## الإعدادات

settings-title = الإعدادات
settings-look = المظهر
settings-language = اللغة
settings-theme = الألوان
theme-system = كما في النظام
theme-light = فاتح
theme-dark = داكن
theme-contrast = تباين عالٍ
theme-dark-room = غرفة مظلمة
theme-dark-room-hint = ألوان خافتة: تبقى العين معتادة على الظلام
settings-hand = اليد التي تمسك الجهاز
hand-left = اليسرى
hand-right = اليمنى
settings-verdicts = الأحكام
settings-sound = الصوت
settings-volume = شدة الصوت
settings-haptics = الاهتزاز
settings-admit = يبقى «دخول»
settings-refuse = يبقى «قف»
settings-tap = حتى اللمس
settings-camera = الكاميرا والشاشة
settings-which-camera = الكاميرا
settings-first-camera = تلقائي
settings-sleep = الكاميرا تنام بين الضيوف
settings-sleep-hint = يوفر البطارية؛ ولمسة توقظها
settings-reader = قارئ يدوي على منفذ تسلسلي
settings-reader-hint = القارئ الذي يكتب مثل لوحة المفاتيح لا يحتاج شيئًا هنا.
settings-no-reader = لا شيء
reader-absent = القارئ اليدوي غير موجود. صِله أو اختر منفذًا آخر في الإعدادات.
reader-busy = برنامج آخر يستخدم القارئ اليدوي. أغلقه، وتستمر القراءة تلقائيًا.
reader-denied = لا يُسمح لهذا البرنامج باستخدام القارئ اليدوي. اسمح به في إعدادات النظام (في لينكس المجموعة dialout).
reader-unplugged = فُصل القارئ اليدوي. صِله، وتستمر القراءة تلقائيًا.
reader-failed = القارئ اليدوي لا يعمل. افصله ثم صِله مرة أخرى، أو استخدم الكاميرا.
settings-awake = تبقى الشاشة مضاءة
settings-door = عند الباب
settings-kiosk = كشك
settings-kiosk-hint = الشاشة كلها، ولا شيء سوى المسح دون مشرف
settings-kiosk-everybody = الشاشة كلها. لا أحد مناوب في هذه الفعالية، فتبقى كل الصفحات مفتوحة للجميع
settings-kiosk-nobody = لا مشرف مناوب يستطيع إيقافه لاحقًا
settings-unattended = لا أحد يقف هنا
settings-unattended-hint = كل ما كان سيُسأل عنه يُرفض
settings-relay = افتح البوابة الدوارة عند السماح بالدخول
settings-lan = التبادل مع الأجهزة القريبة
settings-lan-hint = ترى البوابات على الشبكة نفسها مسح بعضها دون خادم
settings-lock = القفل دون لمس بعد
settings-device = هذا الجهاز

## طرق أقل استخدامًا

more-conflicts = { $count ->
    [0] لا شيء مفتوح
    [one] واحد مفتوح
    [two] اثنان مفتوحان
   *[other] { $count } مفتوحة
}
more-station = الفعالية والقائمة والبوابة والاتجاه والتجربة
more-ready = انظر قبل فتح الأبواب
more-office = بيع التذاكر أو إعطاؤها
more-report = أرقام وجدول وطباعة
more-settings = المظهر والصوت والكاميرا والكشك
more-lock = يطلب رمزًا سريًا

## ما قد يفشل، والحل

problem-no-answer = البرنامج خلف هذه الشاشة لا يجيب. لا يجوز إدخال أحد بهذه الشاشة حتى يجيب.
problem-program = خطأ في البرنامج. حاول مرة أخرى؛ وإن استمر فأعد تشغيل البرنامج وأخبر المنظّم.
problem-not-enrolled = هذا الجهاز لم يُعَدّ بعد.
problem-already-enrolled = هذا الجهاز مُعَدّ من قبل. لإعداده من جديد احذف أولًا كل ما عليه: المزيد، الإعدادات.
problem-locked = افتح قفل الجهاز أولًا.
problem-revoked = أنهى المنظّم تسجيل هذا الجهاز. استخدم جهازًا آخر.
problem-code-malformed = هذا ليس رمز تسجيل. انظر إليه مرة أخرى أو امسح رمز QR الخاص به.
problem-code-refused = لا يقبل الخادم هذا الرمز: خطأ في الكتابة، أو مستخدم، أو قديم. اطلب رمزًا جديدًا.
problem-name-malformed = أعطِ الجهاز اسمًا من 1 إلى 80 حرفًا.
problem-address-malformed = هذا ليس عنوان خادم. يبدأ العنوان بـ https://
problem-server-unreachable = لا أحد يجيب على هذا العنوان. تحقق من الشبكة والعنوان. يعمل المسح دونه.
problem-server-certificate = شهادة الخادم غير موثوقة. لا تتابع؛ اسأل المنظّم.
problem-server-forgot = لم يعد الخادم يعرف هذا الجهاز. اطلب من المنظّم رمز تسجيل جديدًا.
problem-server-unexpected = أجاب الخادم بشيء غير متوقع ({ $status }). حاول لاحقًا؛ المسح مستمر.
problem-exchange-failed = فشل التبادل. يُعاد من تلقاء نفسه؛ المسح مستمر.
problem-peer-unreachable = لا جهاز يجيب على هذا العنوان.
problem-peer-refused = الجهاز الآخر لمنظّم آخر، أو أحدهما جديد: صِل كليهما بالخادم مرة.
problem-passphrase-too-short = 8 أحرف على الأقل.
problem-wrong-passphrase = العبارة السرية خاطئة.
problem-no-key-store = لا يوجد مخزن مفاتيح في هذا الحاسوب. اختر عبارة سرية بدلًا منه.
problem-key-store-locked = مخزن مفاتيح النظام مقفل أو لا يجيب. افتحه، أو سجّل الدخول إلى هذا الحاسوب من جديد، ثم حاول مرة أخرى.
problem-keys-missing = مفاتيح هذا الجهاز مفقودة. احذف كل شيء وأعدّه من جديد.
problem-keys-damaged = لا يمكن قراءة مفاتيح هذا الجهاز. احذف كل شيء وأعدّه من جديد.
problem-key-file = لا يمكن استخدام ملف المفاتيح: يستطيع غيرك قراءته، أو هو تالف. امنع غيرك من قراءته وابدأ من جديد؛ وإن استمر فاسأل المنظّم قبل أن تحذف شيئًا.
problem-store-in-use = برنامج آخر على هذا الجهاز يستخدم بيانات هذا الماسح. أغلقه وحاول مرة أخرى.
problem-store-newer = كتبت نسخة أحدث من البرنامج هذه البيانات. ثبّت تلك النسخة؛ لم يتغير شيء.
problem-store-key = المفتاح لا يفتح البيانات. احذف كل شيء وأعدّ الجهاز من جديد.
problem-disk-full = القرص ممتلئ: لا يمكن إدخال أحد بهذا الجهاز. استخدم جهازًا آخر أو أفسح مكانًا هنا؛ كل ما مُسح محفوظ.
problem-disk-failed = القرص لا يقرأ أو لا يكتب. استخدم جهازًا آخر.
problem-store-damaged = البيانات تالفة. استخدم جهازًا آخر، واسأل المنظّم قبل أن تحذف شيئًا هنا.
problem-file-failed = لا يمكن قراءة الملف أو كتابته. انظر هل مجلده موجود وفيه مساحة، ثم حاول مرة أخرى.
problem-unknown-event = لم يعد هذا الجهاز يعمل لهذه الفعالية. اختر غيرها.
problem-no-book = لم تُحمَّل الفعالية بعد. صِل الجهاز بالشبكة مرة.
problem-unknown-list = لم تعد هذه القائمة موجودة. اختر غيرها.
problem-unknown-gate = لم تعد هذه البوابة موجودة. اختر غيرها.
problem-no-station = اختر الفعالية والقائمة والبوابة أولًا.
problem-rehearsing = هذا تمرين. أنهِه أولًا، ثم يعمل هذا عند الباب الحقيقي.
problem-log-full = سجل هذا الجهاز ممتلئ. أعدّ الجهاز من جديد.
problem-not-on-duty = هذا الشخص ليس مناوبًا الآن.
problem-wrong-pin = الرمز السري خاطئ.
problem-too-many-tries = رموز خاطئة كثيرة. انتظر { $wait_secs } ث.
problem-supervisor-only = هذا للمشرف فقط.
problem-not-recognised = لم يُتعرف عليك. استخدم الرمز السري.
problem-no-picture = هذه ليست صورة يمكن قراءتها.
problem-no-code = لا رمز QR في الصورة. قرّبها وصوّرها مستقيمة.
problem-nothing-waiting = حُسم هذا من قبل. امسح مرة أخرى.
problem-nothing-to-override = امسح التذكرة مرة أخرى ثم اطلب المشرف.
problem-unknown-fact = هذا القيد ليس في السجل. ابحث عن الضيف وتراجع عنه في سجله هناك.
problem-may-not-undo = فات وقت التراجع هنا. يستطيع المشرف ذلك.
problem-may-not-resolve = لا يحسم هذا إلا مشرف مناوب.
problem-unknown-ticket = هذه التذكرة غير معروفة هنا.
problem-search-too-short = اكتب { $least } أحرف على الأقل من كلمة واحدة.
problem-search-off = يُبقي المنظّم الأسماء خارج الأجهزة. اسأل عند مكتب التذاكر.
problem-nothing-to-sell = لم تبقَ لدى هذا الجهاز تذاكر من هذا النوع للبيع. يمكن للمنظّم أن يعطيه منها ما دامت الشبكة متاحة.
problem-lease-not-in-book = لم تُحمَّل هذه التذاكر بعد. اتصل بالشبكة مرة واحدة ثم بِع.
problem-sell-count = بِع من 1 إلى { $most } تذكرة في المرة الواحدة.
problem-unsent-facts = { $count ->
    [one] قيد واحد من السجل لم يُسلَّم بعد وسيُفقد.
    [two] قيدان من السجل لم يُسلَّما بعد وسيُفقدان.
    [few] { $count } قيود من السجل لم تُسلَّم بعد وستُفقد.
   *[other] { $count } قيدًا من السجل لم تُسلَّم بعد وستُفقد.
}
